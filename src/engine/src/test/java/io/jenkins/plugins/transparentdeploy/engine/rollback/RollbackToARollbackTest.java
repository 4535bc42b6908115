package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody copies the id of a rollback from the history: what is live then is the release that it had brought back. */
class RollbackToARollbackTest {
    private static final String TARGET = "target: {directory: \"@root@/live\"}\nfreezeAfterRollback: false\n";

    @TempDir
    private Path root;

    @Test
    void whatIsLiveIsTheReleaseItself() throws Exception {
        Files.createDirectories(root.resolve("live"));
        Workshop workshop = new Workshop(root).with(TARGET);
        ReleaseRecord first = release(workshop, "1");
        release(workshop, "2");
        ReleaseRecord back = workshop.rollback("previous");
        workshop.with(TARGET + "ready: {command: [test, -e, \"@root@/live/three\"], timeout: 1s}\n");
        workshop.write("v3", "three", "");
        release(workshop, "3");

        ReleaseRecord again = workshop.rollback(back.id().value());

        assertThat(again.state()).as(again.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(root.resolve("live/app")).hasContent("1");
        try (ManagedEnvironment environment = workshop.open()) {
            ReleaseHistory history = environment.history();
            ReleaseRecord live = history.content(history.live().orElseThrow());
            assertThat(live.id()).isEqualTo(first.id());
            assertThat(environment.definitionOf(live).instances().get(0).ready())
                    .as("as it is described")
                    .isEmpty();
        }
    }

    private static ReleaseRecord release(Workshop workshop, String version) throws IOException {
        workshop.write("v" + version, "app", version);
        try (ManagedEnvironment environment = workshop.open()) {
            ReleaseRecord record =
                    new AutoRollback(environment).run(workshop.path("v" + version), Workshop.request(version));
            assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
            return record;
        }
    }
}
