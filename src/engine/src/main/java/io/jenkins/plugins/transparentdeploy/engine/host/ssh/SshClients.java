package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import java.io.IOException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.pubkey.PublicKeyAuthenticationReporter;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.core.CoreModuleProperties;

/** Sets Apache MINA SSHD up: what is spoken with a server, and nothing but keys to log in with. */
final class SshClients {
    static {
        JdkEd25519.register();
    }

    /** So many signs of life may be missing before a connection counts as dead. */
    private static final int MISSED = 3;

    private static final Duration NEVER = Duration.ZERO;
    private static final Duration CLOSING = Duration.ofSeconds(2);
    /** Ends sooner by the deadline of whatever waits. */
    private static final Duration FOR_EVER = Duration.ofDays(365);

    private SshClients() {}

    static SshClient start(SshSettings settings, Optional<AgentSocket.Factory> agent) {
        KnownHosts known = new KnownHosts(settings.knownHosts());
        SshClient client = ClientBuilder.builder()
                .keyExchangeFactories(NamedFactory.setUpTransformedFactories(
                        true,
                        List.of(
                                BuiltinDHFactories.curve25519,
                                BuiltinDHFactories.curve25519_libssh,
                                BuiltinDHFactories.ecdhp256,
                                BuiltinDHFactories.ecdhp384,
                                BuiltinDHFactories.ecdhp521,
                                BuiltinDHFactories.dhg16_512,
                                BuiltinDHFactories.dhg18_512,
                                BuiltinDHFactories.dhg14_256),
                        ClientBuilder.DH2KEX))
                .cipherFactories(new ArrayList<>(NamedFactory.setUpBuiltinFactories(
                        true,
                        List.of(
                                BuiltinCiphers.aes128gcm,
                                BuiltinCiphers.aes256gcm,
                                BuiltinCiphers.cc20p1305_openssh,
                                BuiltinCiphers.aes128ctr,
                                BuiltinCiphers.aes256ctr))))
                .macFactories(new ArrayList<>(NamedFactory.setUpBuiltinFactories(
                        true,
                        List.of(
                                BuiltinMacs.hmacsha256etm,
                                BuiltinMacs.hmacsha512etm,
                                BuiltinMacs.hmacsha256,
                                BuiltinMacs.hmacsha512))))
                .signatureFactories(new ArrayList<>(NamedFactory.setUpBuiltinFactories(
                        true,
                        List.of(
                                BuiltinSignatures.ed25519,
                                BuiltinSignatures.nistp256,
                                BuiltinSignatures.nistp384,
                                BuiltinSignatures.nistp521,
                                BuiltinSignatures.rsaSHA512,
                                BuiltinSignatures.rsaSHA256))))
                .compressionFactories(new ArrayList<>(
                        settings.compression()
                                ? List.of(BuiltinCompressions.delayedZlib, BuiltinCompressions.none)
                                : List.of(BuiltinCompressions.none)))
                .hostConfigEntryResolver(HostConfigEntryResolver.EMPTY)
                .serverKeyVerifier((session, remote, key) -> LogIn.of(session).trusts(key, known))
                .build();
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        client.setPublicKeyAuthenticationReporter(new Reporter());
        client.addSessionListener(new KnownTypesFirst(known));
        agent.ifPresent(client::setAgentFactory);
        CoreModuleProperties.IO_CONNECT_TIMEOUT.set(client, settings.connectTimeout());
        CoreModuleProperties.AUTH_TIMEOUT.set(client, settings.connectTimeout());
        CoreModuleProperties.SOCKET_KEEPALIVE.set(client, true);
        CoreModuleProperties.TCP_NODELAY.set(client, true);
        CoreModuleProperties.HEARTBEAT_REQUEST.set(client, "keepalive@openssh.com");
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, settings.keepAlive());
        CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, MISSED);
        CoreModuleProperties.IDLE_TIMEOUT.set(client, NEVER);
        CoreModuleProperties.NIO2_READ_TIMEOUT.set(client, NEVER);
        CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(client, FOR_EVER);
        CoreModuleProperties.DISCONNECT_TIMEOUT.set(client, CLOSING);
        CoreModuleProperties.CHANNEL_CLOSE_TIMEOUT.set(client, CLOSING);
        CoreModuleProperties.STOP_WAIT_TIME.set(client, CLOSING);
        client.start();
        return client;
    }

    static void stop(SshClient client) throws IOException {
        client.stop();
    }

    private static final class Reporter implements PublicKeyAuthenticationReporter {
        @Override
        public void signalAuthenticationFailure(
                ClientSession session, String service, KeyPair identity, boolean partial, List<String> serverMethods) {
            LogIn.of(session).notTaken(identity.getPublic(), serverMethods);
        }
    }

    /**
     * Asks a server for a key of a type that is known of it, as OpenSSH does: else one that is known by its RSA key alone
     * would show another, and be a stranger.
     */
    private record KnownTypesFirst(KnownHosts known) implements SessionListener {
        @Override
        public void sessionNegotiationOptionsCreated(Session session, Map<KexProposalOption, String> proposal) {
            try {
                Set<String> types = known.types(LogIn.of(session).address());
                List<String> offered =
                        Arrays.asList(proposal.get(KexProposalOption.SERVERKEYS).split(","));
                List<String> first = new ArrayList<>(offered.stream()
                        .filter(algorithm -> types.contains(keyType(algorithm)))
                        .toList());
                first.addAll(offered.stream()
                        .filter(algorithm -> !types.contains(keyType(algorithm)))
                        .toList());
                proposal.put(KexProposalOption.SERVERKEYS, String.join(",", first));
            } catch (IOException e) {
                // Whoever compares the key will say that the file cannot be read.
            }
        }

        private static String keyType(String algorithm) {
            return algorithm.startsWith("rsa-sha2-") ? "ssh-rsa" : algorithm;
        }
    }
}
