package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy.HaProxy;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy.HaProxyFixture;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy.HaProxySettings;
import io.jenkins.plugins.transparentdeploy.engine.storage.NobodyJvm;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Without root: the contract, and what is each server's own, once more, with the server and whoever steers it as the user
 * nobody. The socket, the upstream file and all the rest are nobody's.
 */
class UnprivilegedLoadBalancerTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"nginx,nginx.Nginx", "haproxy,haproxy.HaProxy"})
    void isSteeredByNobody(String program, String prefix) throws Exception {
        DebianServer.require(program);
        String tests = UnprivilegedLoadBalancerTest.class.getPackageName() + "." + prefix;

        Process child = new NobodyJvm(directory)
                .start(AsNobody.class, List.of(tests + "Test", tests + "BehaviourTest", tests + "BalancingTest"));

        assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(child.exitValue()).isZero();
    }

    /** As the documentation has it: only the socket, by its group, and the directory of the state file are the user's. */
    @Test
    void rootsHaProxyIsSteeredByWhoeverMayWriteToItsSocket() throws Exception {
        NobodyJvm nobody = new NobodyJvm(directory);
        Map<String, URI> backends =
                Map.of("a", URI.create("http://127.0.0.1:1"), "b", URI.create("http://127.0.0.1:2"));
        HaProxyFixture haProxy = new HaProxyFixture(nobody.home(), backends, "admin mode 660 group nogroup");
        haProxy.start();
        try {
            String stateFile = haProxy.settings().stateFile().orElseThrow().toString();
            Process child =
                    nobody.start(Steering.class, List.of(haProxy.settings().socket(), stateFile));
            assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(child.exitValue()).isZero();
            haProxy.server().kill();
            haProxy.start();
            assertThat(new HaProxy(haProxy.settings(), Clock.systemUTC()).backends())
                    .as("what nobody wrote is read")
                    .extracting(BackendStatus::name, BackendStatus::weight)
                    .containsExactlyInAnyOrder(tuple("a", 0), tuple("b", 200));
        } finally {
            haProxy.server().stop();
        }
    }

    /** What a release does, with the socket and the state file that its arguments name. */
    static final class Steering {
        public static void main(String[] files) throws Exception {
            HaProxy haProxy = new HaProxy(
                    new HaProxySettings(
                            files[0],
                            "shop",
                            Map.of(),
                            Optional.of(Path.of(files[1])),
                            Optional.empty(),
                            Optional.empty()),
                    Clock.systemUTC());
            assertThat(haProxy.check()).isEmpty();
            haProxy.setWeights(Map.of("a", 0, "b", 200));
            assertThat(haProxy.awaitIdle("a", Duration.ofSeconds(20))).isTrue();
        }
    }

    /** The tests of some classes, none of which may fail or be skipped. */
    static final class AsNobody {
        public static void main(String[] classes) {
            assertThat(System.getProperty("user.name")).isEqualTo("nobody");
            SummaryGeneratingListener listener = new SummaryGeneratingListener();
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(Stream.of(classes)
                                            .map(DiscoverySelectors::selectClass)
                                            .toList())
                                    .build(),
                            listener);
            TestExecutionSummary summary = listener.getSummary();
            summary.printFailuresTo(new PrintWriter(System.err));
            assertThat(summary.getTestsSucceededCount()).isPositive().isEqualTo(summary.getTestsFoundCount());
        }
    }
}
