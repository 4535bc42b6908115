package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One instance that serves, and one that steps in for it: real processes behind a real load balancer. */
class SurgeTest {
    @TempDir
    private Path root;

    private Backroom shop;
    private boolean watching;
    private final Set<Set<String>> serving = new LinkedHashSet<>();

    @BeforeEach
    void release() throws Exception {
        shop = new Backroom(root, "{rolling: {surge: [b]}}", "embedded");
        assertThat(release("v1").state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThatOnlyAServes("one");
        watching = true;
    }

    @AfterEach
    void close() throws Exception {
        shop.close();
    }

    private ReleaseRecord release(String artifact) throws IOException {
        try (ManagedEnvironment environment = shop.workshop().open(this::look)) {
            return new AutoRollback(environment).run(shop.workshop().path(artifact), Workshop.request(artifact));
        }
    }

    /** At each record of the journal. */
    private void look(JournalRecord record) {
        if (!watching) {
            return;
        }
        try {
            Set<String> inService = new TreeSet<>(shop.inService());
            for (String instance : inService) {
                assertThat(shop.runs(instance))
                        .as("%s runs at %s", instance, record)
                        .isTrue();
            }
            serving.add(inService);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertThatOnlyAServes(String content) throws IOException {
        assertThat(shop.inService()).containsExactly("a");
        assertThat(shop.running()).containsExactly("a");
        for (String instance : new String[] {"a", "b"}) {
            assertThat(Files.readString(root.resolve("live").resolve(instance).resolve("app")))
                    .isEqualTo(content);
        }
    }

    @Test
    void somebodyServesAtEachMomentOfAReleaseAndOfARollback() throws Exception {
        assertThat(release("v2").state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(serving).doesNotContain(Set.of()).contains(Set.of("a", "b"), Set.of("b"));
        assertThatOnlyAServes("two");

        serving.clear();
        try (ManagedEnvironment environment = shop.workshop().open(this::look)) {
            assertThat(new Rollback(environment)
                            .to("previous", Workshop.request(""))
                            .state())
                    .isEqualTo(ReleaseState.ROLLED_BACK);
        }
        assertThat(serving).doesNotContain(Set.of()).contains(Set.of("a", "b"), Set.of("b"));
        assertThatOnlyAServes("one");
    }

    @Test
    void aReleaseThatIsUndoneLeavesItParkedWithWhatItHad() throws Exception {
        assertThat(release("bad").state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(serving).doesNotContain(Set.of());
        assertThatOnlyAServes("one");
    }
}
