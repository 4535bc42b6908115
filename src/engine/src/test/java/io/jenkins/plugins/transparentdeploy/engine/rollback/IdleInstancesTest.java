package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.Scaling;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A release and its rollback both failed on an instance, which is drained since and does not run; the others serve. Whatever is
 * done next must not take them out before it is back, nor send anybody to it before that.
 */
class IdleInstancesTest {
    @TempDir
    private Path temporary;

    private Storefront shop;

    @AfterEach
    void close() throws IOException {
        shop.close();
    }

    /** The last of the instances cannot be started while somebody else has its port. */
    private void failingOnTheLast(String yaml, String... instances) throws Exception {
        shop = new Storefront(temporary, instances);
        shop.withOneLive();
        String last = instances[instances.length - 1];
        ProcessHandle process = ProcessHandle.of(Long.parseLong(shop.pid(last))).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
        try (ServerSocket other = new ServerSocket()) {
            other.setReuseAddress(true);
            other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), shop.port(last)));
            assertThat(forced("two").state()).isEqualTo(ReleaseState.ROLLBACK_FAILED);
        }
        assertThat(shop.weights()).containsEntry(last, 0).containsEntry("a", 100);
        shop.workshop().unfreeze();
        shop.with(yaml).open(50);
    }

    @Test
    void aRollbackBringsItBackFirst() throws Exception {
        failingOnTheLast("strategy: rolling\n", "a", "b");
        ReleaseRecord back = shop.rollback("previous");
        assertThat(back.state()).as(back.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(shop.weights()).containsEntry("a", 100).containsEntry("b", 100);
        assertThat(shop.failures()).isEmpty();
    }

    @Test
    void aReleaseBringsItBackFirst() throws Exception {
        failingOnTheLast("strategy: rolling\n", "a", "b");
        ReleaseRecord record = forced("three");
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(List.of(shop.ask("a"), shop.ask("b"))).containsOnly("three");
        assertThat(shop.failures()).isEmpty();
    }

    @Test
    void aCanaryStepSendsNobodyThere() throws Exception {
        failingOnTheLast(
                Storefront.ANALYSIS + "strategy: {canary: {instances: [a], steps: [20, 50]}}\n", "a", "b", "c");
        ReleaseRecord record = forced("three");
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(shop.operations(record)).containsSubsequence("StartInstance c", "shift c 0→100", "shift b 100→0");
        assertThat(shop.failures()).isEmpty();
    }

    @Test
    void scalingDoesNotBringItIn() throws Exception {
        failingOnTheLast("scaling: {demand: 100, min: 2, max: 2, cooldown: 0s, window: 50ms}\n", "a", "b");
        try (ManagedEnvironment environment = shop.workshop().open()) {
            assertThatThrownBy(() -> new Scaling(environment).once())
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("The last rollback of shop/test failed");
        }
        assertThat(shop.weights()).containsEntry("b", 0);
    }

    private ReleaseRecord forced(String version) throws IOException {
        try (ManagedEnvironment environment = shop.workshop().open()) {
            return new AutoRollback(environment).run(shop.workshop().path(version), Workshop.forced(version));
        }
    }
}
