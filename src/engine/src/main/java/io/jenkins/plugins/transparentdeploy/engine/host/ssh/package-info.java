/**
 * A host that is reached by SSH. {@link io.jenkins.plugins.transparentdeploy.engine.host.ssh.SshShell} is the connection,
 * {@link io.jenkins.plugins.transparentdeploy.engine.host.ssh.SshHost} what is asked on it; nothing is installed there.
 *
 * <p>Spoken is SSH 2 by Apache MINA SSHD, with what OpenSSH also prefers and every server of the last ten years has: key
 * exchange by Curve25519, the NIST curves or Diffie-Hellman groups 14 (SHA-256), 16 and 18; AES-GCM, ChaCha20-Poly1305 or
 * AES-CTR with HMAC-SHA-2; host and user keys Ed25519, ECDSA and RSA, RSA with SHA-2 only. Nothing with SHA-1, CBC or DSA.
 * All cryptography is the JDK's, Ed25519 too. One logs in with a key, of a file, a variable or the SSH agent; never with a
 * password. The user's OpenSSH configuration is not read.
 *
 * <p>A host's key has to be in the file of known hosts. Nothing is ever learned on first use: whoever is there first may be
 * the wrong one.
 *
 * <p>Many exchanges share one connection, each in a channel of its own, at most as many as the server allows. A connection
 * that gives no sign of life is given up. Connecting is tried again, an exchange never: only who asked knows whether it may be
 * done twice. To a script, a connection that breaks looks like the end of its input; so what is sent says how long it is.
 */
package io.jenkins.plugins.transparentdeploy.engine.host.ssh;
