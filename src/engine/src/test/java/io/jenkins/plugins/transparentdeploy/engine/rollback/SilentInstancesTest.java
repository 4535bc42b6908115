package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An instance that the load balancer sends requests to does not answer, and the canary is another one: it is replaced too. */
class SilentInstancesTest {
    private static final String CANARY = "strategy: {canary: {instances: [b], steps: [{weight: 20, pause: 1ms}]}}\n";

    @TempDir
    private Path temporary;

    private Storefront shop;

    @AfterEach
    void close() throws IOException {
        shop.close();
    }

    private void assertThatBothAreTheCanary() throws Exception {
        ReleaseRecord record = shop.run("two");
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(List.of(shop.ask("a"), shop.ask("b"), shop.ask("c"))).containsOnly("two");
        assertThat(shop.weights()).isEqualTo(Map.of("a", 100, "b", 100, "c", 100));
        assertThat(shop.operations(record))
                .filteredOn(operation -> operation.startsWith("StartInstance"))
                .last()
                .isEqualTo("StartInstance a");
        assertThat(shop.operations(record)).containsSubsequence("shift b 0→125", "shift c 0→125", "StopInstance a");
    }

    @Test
    void oneThatIsNewKeepsNoReleaseFromGoingOn() throws Exception {
        shop = new Storefront(temporary, "a", "b", "c");
        String withoutC = shop.description().replace("  c: {port: " + shop.port("c") + "}\n", "");
        shop.workshop().with(withoutC + "strategy: rolling\n");
        assertThat(shop.run("one").state()).isEqualTo(ReleaseState.SUCCEEDED);
        shop.with(CANARY);
        assertThatBothAreTheCanary();
    }

    @Test
    void oneThatCrashedKeepsNoReleaseFromGoingOn() throws Exception {
        shop = new Storefront(temporary, "a", "b", "c").with(CANARY);
        assertThat(shop.run("one").state()).isEqualTo(ReleaseState.SUCCEEDED);
        ProcessHandle c = ProcessHandle.of(Long.parseLong(shop.pid("c"))).orElseThrow();
        c.destroyForcibly();
        c.onExit().join();
        assertThatBothAreTheCanary();
    }
}
