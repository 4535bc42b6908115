package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.session.Session;

/** One attempt to log in on one machine: who it has to be, what is offered, and what came in the way. */
final class LogIn {
    /** What a session knows its attempt by. */
    static final AttributeKey<LogIn> KEY = new AttributeKey<>();

    /** The one that a session belongs to. */
    static LogIn of(Session session) {
        return ((ClientSession) session).getConnectionContext().getAttribute(KEY);
    }

    private final String name;
    private final SshAddress address;
    private final List<KeyPair> keys;
    private final List<String> offered = new ArrayList<>();
    private final Set<String> accepted = new LinkedHashSet<>();
    private RefusedException refusal;

    /** @param name what people call the machine */
    LogIn(String name, SshAddress address, List<KeyPair> keys) {
        this.name = name;
        this.address = address;
        this.keys = keys;
    }

    SshAddress address() {
        return address;
    }

    List<KeyPair> keys() {
        return keys;
    }

    /** Whether the key that the machine shows is the known one; if not, {@link #throwRefusal} says why. */
    synchronized boolean trusts(PublicKey shown, KnownHosts known) {
        try {
            known.require(name, address, shown);
            return true;
        } catch (RefusedException e) {
            refusal = e;
        } catch (IOException e) {
            refusal = new RefusedException(
                    "The file of known hosts cannot be read: " + e.getMessage(), "Make it readable", e);
        }
        return false;
    }

    /** Nobody can log in so, and trying again will not help. */
    synchronized void refuse(RefusedException reason) {
        refusal = reason;
    }

    /** A key was offered, and not taken. */
    synchronized void notTaken(PublicKey key, List<String> methods) {
        offered.add(KeyUtils.getKeyType(key) + " " + KeyUtils.getFingerPrint(BuiltinDigests.sha256, key));
        accepted.addAll(methods);
    }

    synchronized void throwRefusal() {
        if (refusal != null) {
            throw refusal;
        }
    }

    synchronized RefusedException notLetIn(boolean agentAsked, Exception cause) {
        String tried = offered.isEmpty()
                ? "no key was offered" + (agentAsked ? ", for the SSH agent has none" : "")
                : "tried was publickey with " + String.join(", ", offered);
        String wanted = accepted.isEmpty() ? "" : "; it accepts " + String.join(", ", accepted);
        return new RefusedException(
                address.user() + " may not log in on " + name + " (" + address.knownAs() + "): " + tried + wanted,
                "Add the public key to ~/.ssh/authorized_keys of " + address.user()
                        + " there, or name the right user and key; the server's own log says more",
                cause);
    }
}
