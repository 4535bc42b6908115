package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.PastStates;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.Replica;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code S_k = S_0 + O_1 + … + O_k}: what the journal adds up to is what was there, by content root. */
class PastStatesTest {
    @TempDir
    private Path temporary;

    @ParameterizedTest
    @ValueSource(strings = {"directory", "releases"})
    void everyStateThatWasCanBeHadAgain(String target) throws IOException {
        Workshop workshop = prepare(target);
        Map<Long, Map<String, String>> was = new LinkedHashMap<>();
        for (String version : new String[] {"1", "2", "3"}) {
            try (ManagedEnvironment environment = workshop.open()) {
                ReleaseRecord record = new AutoRollback(environment)
                        .deploy(workshop.path("v" + version), Workshop.request(version), false);
                assertThat(record.state()).isEqualTo(ReleaseState.SUCCEEDED);
                was.put(environment.journal().head().seq(), Workshop.contentRoots(environment.capture()));
            }
        }
        try (ManagedEnvironment environment = workshop.open()) {
            new Rollback(environment).to("previous", Workshop.request(""));
            was.put(environment.journal().head().seq(), Workshop.contentRoots(environment.capture()));
        }
        assertThat(was.values().stream().distinct()).hasSize(3);

        try (ManagedEnvironment environment = workshop.open()) {
            long newest = environment.journal().head().seq();
            for (long record = 1; record <= newest; record++) {
                PastStates past = PastStates.until(environment, record);
                assertThat(past.changedByOthers()).as("until record %d", record).isEmpty();
                if (was.containsKey(record)) {
                    assertThat(past.manifests().get("shop").contentRoot().toString())
                            .as("until record %d", record)
                            .isEqualTo(was.get(record).get("shop"));
                    assertThat(Replica.write(
                                            environment.instance("shop"),
                                            past.manifests().get("shop"),
                                            workshop.path("replica" + record),
                                            environment.clock())
                                    .toString())
                            .isEqualTo(was.get(record).get("shop"));
                }
            }
            assertThatThrownBy(() -> PastStates.until(environment, newest + 1))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("no record " + (newest + 1));
        }
        for (Map.Entry<Long, Map<String, String>> state : was.entrySet()) {
            try (ManagedEnvironment environment = workshop.open()) {
                ReleaseRecord undone = new Rollback(environment).toRecord(state.getKey(), Workshop.request(""));
                assertThat(undone.state()).isEqualTo(ReleaseState.ROLLED_BACK);
                assertThat(Workshop.contentRoots(environment.capture())).isEqualTo(state.getValue());
            }
        }
    }

    /** Its files are changed and the journal cannot say so: the next release does. */
    @ParameterizedTest
    @ValueSource(strings = {"directory", "releases"})
    void whatAFailedRollbackCouldNotSayIsSaidBeforeTheNextOne(String target) throws IOException {
        Workshop workshop = prepare(target);
        for (String version : new String[] {"1", "2"}) {
            try (ManagedEnvironment environment = workshop.open()) {
                new AutoRollback(environment).deploy(workshop.path("v" + version), Workshop.request(version), false);
            }
        }
        AtomicInteger failures = new AtomicInteger(1);
        try (ManagedEnvironment environment = workshop.open(record -> {
            if (record instanceof JournalRecord.Done && failures.getAndDecrement() > 0) {
                throw new UncheckedIOException(new IOException("Input/output error"));
            }
        })) {
            ReleaseRecord failed = new Rollback(environment).to("previous", Workshop.request(""));
            assertThat(failed.state()).isEqualTo(ReleaseState.ROLLBACK_FAILED);
        }
        try (ManagedEnvironment environment = workshop.open()) {
            new Rollback(environment).to("previous", Workshop.forced(""));
            PastStates past =
                    PastStates.until(environment, environment.journal().head().seq());
            assertThat(past.changedByOthers()).isEmpty();
            assertThat(past.manifests().get("shop").contentRoot().toString())
                    .isEqualTo(Workshop.contentRoots(environment.capture()).get("shop"));
        }
    }

    /** As pruning removes them: what was before the oldest that is left cannot be had, all after it can. */
    @ParameterizedTest
    @ValueSource(strings = {"directory", "releases"})
    void withoutTheOldestRollbackPointsTheLaterStatesAreTheSame(String target) throws IOException {
        Workshop workshop = prepare(target);
        Map<Long, String> was = new LinkedHashMap<>();
        for (String version : new String[] {"1", "2", "3"}) {
            try (ManagedEnvironment environment = workshop.open()) {
                new AutoRollback(environment).deploy(workshop.path("v" + version), Workshop.request(version), false);
                was.put(
                        environment.journal().head().seq(),
                        Workshop.contentRoots(environment.capture()).get("shop"));
            }
        }
        List<Long> ends = List.copyOf(was.keySet());
        try (Stream<Path> files = Files.list(workshop.path("state/services/shop/test/rollback-points"))) {
            List<Path> oldestFirst = files.sorted().toList();
            assertThat(oldestFirst).hasSize(3);
            Files.delete(oldestFirst.get(0));
            Files.delete(oldestFirst.get(1));
        }
        try (ManagedEnvironment environment = workshop.open()) {
            for (long end : ends.subList(1, 3)) {
                PastStates past = PastStates.until(environment, end);
                assertThat(past.manifests().get("shop").contentRoot().toString())
                        .isEqualTo(was.get(end));
            }
            assertThatThrownBy(() -> PastStates.until(environment, ends.get(0)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("is not kept any more");
        }
    }

    @Test
    void aJournalInWhichARecordIsMissingIsNotAddedUp() throws IOException {
        Workshop workshop = prepare("directory");
        for (String version : new String[] {"1", "2"}) {
            try (ManagedEnvironment environment = workshop.open()) {
                new AutoRollback(environment).deploy(workshop.path("v" + version), Workshop.request(version), false);
            }
        }
        Path first;
        try (ManagedEnvironment environment = workshop.open()) {
            first = environment.journal().segments().get(0).file();
        }
        List<String> lines = new ArrayList<>(Files.readAllLines(first));
        lines.remove(2);
        Files.write(first, lines);

        try (ManagedEnvironment environment = workshop.open()) {
            long newest = environment.journal().head().seq();
            assertThatThrownBy(() -> PastStates.until(environment, newest))
                    .isInstanceOf(CorruptStateException.class)
                    .hasMessageContaining("record 3 of " + first);
        }
    }

    private Workshop prepare(String target) throws IOException {
        Workshop workshop = new Workshop(temporary).with("target:\n  " + target + ": @root@/live\n");
        workshop.write("v1", "app.jar", "one", "conf/a.properties", "a=1", "turns/into", "t");
        workshop.write("v2", "app.jar", "two", "conf/b.properties", "b", "turns", "t");
        workshop.write("v3", "app.jar", "three");
        Files.createDirectories(workshop.path("live"));
        return workshop;
    }
}
