package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An instance that was just brought in runs on and says that it is not ready any more. */
class NotReadyInServiceTest {
    /** {@code a} gets requests again. */
    private static final String IN_SERVICE = "done ShiftTraffic 2";

    @TempDir
    private Path directory;

    private Backroom shop;

    /** It is not ready while there is a file {@code stuck-a}, and once for each file {@code not-yet-a.*}. */
    @BeforeEach
    void open() throws IOException {
        String check =
                "[ -e @root@/stuck-{instance} ] && exit 1; for f in @root@/not-yet-{instance}.*; do [ -e $f ] && rm $f && exit 1; done; exit 0";
        shop = new Backroom(directory, "rolling", "embedded", "{command: [sh, -c, \"" + check + "\"], timeout: 10s}");
        assertThat(release("1", record -> {}).state()).isEqualTo(ReleaseState.SUCCEEDED);
    }

    @AfterEach
    void close() throws IOException {
        shop.close();
    }

    private ReleaseRecord release(String version, JournalObserver observer) throws IOException {
        try (ManagedEnvironment environment = shop.workshop().open(observer)) {
            return new AutoRollback(environment).run(shop.workshop().path("v" + version), Workshop.request(version));
        }
    }

    private void touch(String file) {
        try {
            Files.writeString(directory.resolve(file), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String pid(String instance) throws IOException {
        return Files.readString(directory.resolve("state/services/shop/test/instances/" + instance + "/pid"));
    }

    @Test
    void theReleaseWaitsForIt() throws Exception {
        ReleaseRecord record = release("2", Moment.of(IN_SERVICE, () -> {
            touch("not-yet-a.1");
            touch("not-yet-a.2");
        }));
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(directory.resolve("not-yet-a.2")).as("asked until it was").doesNotExist();
    }

    @Test
    void theReleaseGoesBackWhenItStaysSo() throws Exception {
        String untouched = pid("b");
        Moment stuck = Moment.of(IN_SERVICE, () -> touch("stuck-a"));
        ReleaseRecord record = release("2", journaled -> {
            stuck.recorded(journaled);
            if (journaled instanceof JournalRecord.State state && state.state().equals("ROLLING_BACK")) {
                directory.resolve("stuck-a").toFile().delete();
            }
        });
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(record.incident().orElseThrow().reason())
                .contains("beside 'a'")
                .contains("Instance 'a' was not ready after 10s");
        assertThat(pid("b")).as("it was never stopped").isEqualTo(untouched);
        assertThat(shop.inService()).containsExactly("a", "b");
    }
}
