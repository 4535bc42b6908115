package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig.Backend;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlServerTest {
    private static final Map<String, URI> BACKENDS = Map.of("a", URI.create("http://127.0.0.1:1"));

    @TempDir
    Path directory;

    private Path socket;
    private Path state;
    private EmbeddedLoadBalancerServer server;

    @BeforeEach
    void start() throws IOException {
        socket = directory.resolve("control/socket");
        state = directory.resolve("state.json");
        server = EmbeddedLoadBalancerServer.start(config(0, BACKENDS));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private EmbeddedLoadBalancerConfig config(int port, Map<String, URI> backends) {
        return EmbeddedLoadBalancerConfig.of("127.0.0.1", port, socket, state, Balancing.RANDOM, backends);
    }

    private String say(String line) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
            channel.shutdownOutput();
            ByteBuffer answer = ByteBuffer.allocate(10_000);
            while (channel.read(answer) >= 0) {
                // until the server closes the connection
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void speaksJsonLines() throws Exception {
        assertThat(say("{\"command\":\"set-weight\",\"backend\":\"a\",\"weight\":7}\n{\"command\":\"backends\"}\n"))
                .isEqualTo(
                        """
                        {"answer":"done"}
                        {"answer":"backends","backends":[{"name":"a","address":"http://127.0.0.1:1","weight":7,"inFlight":0}]}
                        """);
        assertThat(state).hasContent("{\"weights\":{\"a\":7}}");
        assertThat(say("{\"command\":\"set-weights\",\"weights\":{\"a\":8}}\n")).isEqualTo("{\"answer\":\"done\"}\n");
        assertThat(state).hasContent("{\"weights\":{\"a\":8}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nonsense\n", "{\"command\":\"explode\"}\n", "[]\n", "{}\n", "{\"command\":\"set-weights\"}\n"})
    void refusesWhatItDoesNotUnderstand(String line) throws Exception {
        assertThat(say(line)).startsWith("{\"answer\":\"refused\"");
        assertThat(new EmbeddedLoadBalancer(socket).backends()).hasSize(1);
    }

    @Test
    void survivesAnEndlessRequest() throws Exception {
        String answer;
        try {
            answer = say("x".repeat(1024 * 1024));
        } catch (IOException e) {
            answer = "";
        }
        assertThat(answer).isEmpty();
        assertThat(new EmbeddedLoadBalancer(socket).backends()).hasSize(1);
    }

    @Test
    void onlyItsOwnerCanSteerIt() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())))
                .isEqualTo("rwx------");
        server.close();
        Files.setPosixFilePermissions(socket.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatThrownBy(() -> EmbeddedLoadBalancerServer.start(config(0, BACKENDS)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(socket.getParent().toString())
                .hasMessageContaining("chmod 700");
    }

    @Test
    void thereIsOnlyOneOnASocket() throws Exception {
        assertThatThrownBy(() -> EmbeddedLoadBalancerServer.start(config(0, BACKENDS)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("already running");
        assertThat(new EmbeddedLoadBalancer(socket).backends()).hasSize(1);
    }

    @Test
    void aSocketThatADeadOneLeftIsReplaced() throws Exception {
        server.close();
        assertThat(socket).doesNotExist();
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        server = EmbeddedLoadBalancerServer.start(config(0, BACKENDS));
        assertThat(new EmbeddedLoadBalancer(socket).backends()).hasSize(1);
    }

    @Test
    void aFileThatIsNoSocketIsNotReplaced() throws Exception {
        server.close();
        Files.writeString(socket, "precious");
        assertThatThrownBy(() -> EmbeddedLoadBalancerServer.start(config(0, BACKENDS)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(socket.toString());
        assertThat(socket).hasContent("precious");
    }

    @Test
    void aPortThatIsTakenIsRefusedAndNothingIsLeft() throws Exception {
        server.close();
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedLoadBalancerServer.start(config(taken.getLocalPort(), BACKENDS)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
        assertThat(socket).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "{\"weights\":{\"a\":-1}}", "{\"weights\":{\"a\":null}}"})
    void damagedStateIsNotGuessedAt(String content) throws Exception {
        server.close();
        Files.writeString(state, content);
        assertThatThrownBy(() -> EmbeddedLoadBalancerServer.start(config(0, BACKENDS)))
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining(state.toString());
        assertThat(state).hasContent(content);
    }

    @Test
    void weightsOfBackendsThatAreGoneDoNotMatter() throws Exception {
        new EmbeddedLoadBalancer(socket).setWeight("a", 0);
        server.close();
        server = EmbeddedLoadBalancerServer.start(config(0, Map.of("b", URI.create("http://127.0.0.1:1"))));
        assertThat(new EmbeddedLoadBalancer(socket).backends())
                .singleElement()
                .matches(backend -> backend.name().equals("b") && backend.weight() == LoadBalancer.STANDARD_WEIGHT);
    }

    @Test
    void theClientSaysWhenNobodyAnswers() {
        server.close();
        EmbeddedLoadBalancer balancer = new EmbeddedLoadBalancer(socket);
        assertThatThrownBy(balancer::backends)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(socket.toString())
                .hasMessageContaining("tdeploy load-balancer");
    }

    @Test
    void theClientDoesNotWaitForEver() throws Exception {
        Path mute = directory.resolve("mute");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(mute));
            ControlClient client = new ControlClient(mute);
            assertThatThrownBy(() -> client.ask(new ControlRequest.Backends(), Duration.ofMillis(200)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("did not answer in time");
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread waiting = new Thread(() -> {
                try {
                    new EmbeddedLoadBalancer(mute).awaitIdle("a", Duration.ofHours(1));
                } catch (IOException | InterruptedException e) {
                    thrown.set(e);
                }
            });
            waiting.start();
            waiting.interrupt();
            waiting.join(20_000);
            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void refusesAddressesThatNoRequestCouldGoTo() {
        for (String address :
                new String[] {"https://x", "http://x/path", "http://me:hunter2@x", "http://x?q", "localhost:80", "/x"
                }) {
            assertThatThrownBy(() -> new Backend("a", URI.create(address), 1))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageNotContaining("hunter2");
        }
        assertThatThrownBy(() -> EmbeddedLoadBalancerConfig.of(
                        "127.0.0.1", 0, directory.resolve("x".repeat(104)), state, Balancing.RANDOM, BACKENDS))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("too long");
    }
}
