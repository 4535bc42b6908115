package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalFiles;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Intent;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.PutState;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.StartInstance;
import io.jenkins.plugins.transparentdeploy.engine.journal.Segment;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.PastStates;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.RollbackPoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A journal adds up to what was there, for somebody who knows of it no more than docs/design.md says, and as it does for the
 * engine; what a machine that stopped left at its end is told from what was changed.
 */
class IndependentSumsTest {
    private static final String COMMAND =
            """
            target:
              command:
                directory: "@root@/place"
                apply: {shell: 'cp "$TDEPLOY_CONTENT/app" live'}
            """;
    private static final String CAPTURING =
            """
                capture: {shell: 'touch live; cp live "$TDEPLOY_STATE"'}
                restore: {shell: 'cp "$TDEPLOY_STATE/live" live'}
                reversibility: reversible
            """;

    @TempDir
    private Path directory;

    private IndependentReader reader;
    private Workshop workshop;
    private Path environmentDirectory;

    @BeforeEach
    void prepare() throws IOException {
        reader = IndependentReader.in(directory);
        workshop = new Workshop(directory);
        workshop.write("v1", "app", "one", "conf/a", "a", "turns/into", "t");
        workshop.write("v2", "app", "two", "conf/b", "b", "turns", "t");
        workshop.write("live/releases/old", "app", "zero", "conf/a", "old");
    }

    /** A deployment, another, the way back, a change by somebody else, one that overwrites it, and the way back to the first. */
    @ParameterizedTest
    @ValueSource(strings = {"directory", "releases"})
    void everyRecordAddsUpToWhatItDoesForTheEngine(String target) throws Exception {
        workshop.with("target: {" + target + ": @root@/live}");
        if (target.equals("releases")) {
            // Another tool has made it, and links to it in its own way.
            Files.createSymbolicLink(workshop.path("live/current"), workshop.path("live/releases/old"));
        }
        deploy("1");
        deploy("2");
        rollBack("previous");
        workshop.unfreeze();
        Path live = target.equals("releases") ? workshop.path("live/current") : workshop.path("live");
        Files.writeString(live.resolve("app"), "somebody's");
        Files.delete(live.resolve("conf/a"));
        ReleaseRecord overwriting;
        try (ManagedEnvironment environment = workshop.open()) {
            overwriting = new AutoRollback(environment).deploy(workshop.path("v2"), Workshop.forced("2"), false);
        }
        rollBack("adopted");

        JsonNode found = sums();
        assertThat(found.path("changedByOthers"))
                .extracting(JsonNode::asText)
                .containsExactly(overwriting.before().orElseThrow().value());
        theEngineHasTheSame(found);
        assertThat(last(found)).as("what is on the disk").isEqualTo(workshop.contentRoots());
    }

    /** Of a target that nobody can look at; with what it wrote down of itself before each release, and without. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatACommandBringsIsTheManifestThatItWasRunFor(boolean captures) throws Exception {
        workshop.with(COMMAND + (captures ? CAPTURING : ""));
        Files.createDirectories(workshop.path("place"));
        deploy("1");
        deploy("2");
        rollBack("previous");

        JsonNode found = sums();
        assertThat(found.path("changedByOthers")).isEmpty();
        theEngineHasTheSame(found);
    }

    /** As the journal of a machine in control has it for a host that does the operations itself. */
    @Test
    void aStateThatAHostPutIsTheManifestAfter() throws Exception {
        workshop.with("target: {directory: @root@/live}");
        ReleaseRecord first = deploy("1");
        ReleaseRecord second = deploy("2");
        try (ManagedEnvironment environment = workshop.open()) {
            Journal journal = environment.journal();
            journal.startSegment(second.id().value());
            Intent abandoned = journal.intend(put(second, first));
            Intent done = journal.intend(put(second, first));
            journal.intend(put(first, second));
            journal.abandon(abandoned);
            journal.done(done);
        }
        JsonNode found = sums();
        theEngineHasTheSame(found);
        assertThat(last(found)).isEqualTo(Workshop.contentRoots(first.instances()));
    }

    private static PutState put(ReleaseRecord before, ReleaseRecord after) {
        return new PutState(
                "shop",
                before.instances().get("shop").manifest(),
                after.instances().get("shop").manifest());
    }

    @Test
    void withoutTheOldestRollbackPointsItBeginsWithTheNext() throws Exception {
        workshop.with("target: {releases: @root@/live}");
        deploy("1");
        deploy("2");
        deploy("1");
        try (Stream<Path> points = Files.list(environmentDirectory.resolve("rollback-points"))) {
            for (Path point : points.sorted().limit(2).toList()) {
                Files.delete(point);
            }
        }
        JsonNode found = sums();
        assertThat(found.path("sums").get(0).isNull()).as("not kept any more").isTrue();
        theEngineHasTheSame(found);
    }

    @Test
    void aTornTailIsNoError() throws Exception {
        workshop.with("target: {directory: @root@/live}");
        deploy("1");
        JsonNode whole = sums();
        assertThat(whole.path("torn").asInt()).isZero();
        Path segment = lastSegment(environmentDirectory.resolve("journal"));
        String record = Files.readAllLines(segment).get(0);
        for (String tail : List.of("{\"kind\":\"done\",\"se", "\0".repeat(100), "\0\0\0\n" + record + "\n")) {
            byte[] before = Files.readAllBytes(segment);
            Files.writeString(segment, tail, StandardOpenOption.APPEND);

            JsonNode torn = sums();
            assertThat(torn.path("torn").asInt()).isEqualTo(tail.length() + missing(tail));
            assertThat(torn.path("sums")).isEqualTo(whole.path("sums"));
            Files.write(segment, before);
        }
        // What was there when the journal was closed is not torn when it is gone.
        byte[] bytes = Files.readAllBytes(segment);
        Files.write(segment, Arrays.copyOf(bytes, bytes.length - 5));
        assertThat(complains()).contains("is cut off");
        Files.delete(segment);
        assertThat(complains()).contains("the tail is missing");
    }

    private static int missing(String tail) {
        return tail.getBytes(StandardCharsets.UTF_8).length - tail.length();
    }

    /** Somebody was told of what is said to be done: so its intent was durable, and has been changed since. */
    @Test
    void whatWasDurableIsBrokenAndNotTorn() throws Exception {
        Path journalDirectory = directory.resolve("killed/journal");
        Path segment;
        byte[] killed;
        try (Journal journal = Journal.open(journalDirectory, Clock.systemUTC(), record -> {})) {
            journal.startSegment("r1");
            journal.done(journal.intend(new StartInstance("shop")));
            journal.intend(new StartInstance("shop"));
            journal.sync();
            segment = lastSegment(journalDirectory);
            killed = Files.readAllBytes(segment);
        }
        Files.delete(journalDirectory.resolve("checkpoint.json"));
        List<String> lines = new String(killed, StandardCharsets.UTF_8).lines().toList();
        Files.write(segment, damaged(lines, 0));
        assertThat(reader.complains("journal", journalDirectory))
                .contains("record 1 in 000001-r1.jsonl does not match");
        Files.write(segment, damaged(lines, 2));
        assertThat(reader.complains("journal", journalDirectory))
                .as("a stop leaves no whole line that is another")
                .contains("record 3 in 000001-r1.jsonl does not match");
        Files.write(segment, Arrays.copyOf(killed, killed.length - 9));
        assertThat(reader.reads("journal", journalDirectory).path("records").asInt())
                .as("nobody was told of the last one")
                .isEqualTo(2);
    }

    private static List<String> damaged(List<String> lines, int number) {
        List<String> damaged = new ArrayList<>(lines);
        damaged.set(number, damaged.get(number).replace("shop", "ship"));
        return damaged;
    }

    private static Path lastSegment(Path journal) throws IOException {
        List<Segment> segments = JournalFiles.segments(journal);
        return segments.get(segments.size() - 1).file();
    }

    private JsonNode sums() throws IOException, InterruptedException {
        return reader.reads("sums", directory.resolve("state/store"), environmentDirectory);
    }

    private String complains() throws IOException, InterruptedException {
        return reader.complains("sums", directory.resolve("state/store"), environmentDirectory);
    }

    /** Record by record. */
    private void theEngineHasTheSame(JsonNode found) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            long newest = environment.journal().head().seq();
            assertThat(found.path("sums").size()).isEqualTo(newest);
            PastStates past = PastStates.until(environment, newest);
            assertThat(found.path("changedByOthers"))
                    .extracting(JsonNode::asText)
                    .isEqualTo(past.changedByOthers().stream()
                            .map(RollbackPoint::id)
                            .map(Object::toString)
                            .toList());
            for (long record = 1; record <= newest; record++) {
                assertThat(roots(found.path("sums").get((int) record - 1)))
                        .as("until record %d", record)
                        .isEqualTo(until(environment, record));
            }
        }
    }

    private static Optional<Map<String, String>> until(ManagedEnvironment environment, long record) throws IOException {
        try {
            Map<String, String> roots = new TreeMap<>();
            PastStates.until(environment, record)
                    .manifests()
                    .forEach((name, manifest) ->
                            roots.put(name, manifest.contentRoot().hex()));
            return Optional.of(roots);
        } catch (RefusedException e) {
            assertThat(e.getMessage()).contains("is not kept any more");
            return Optional.empty();
        }
    }

    private static Map<String, String> last(JsonNode found) {
        return roots(found.path("sums").get(found.path("sums").size() - 1)).orElseThrow();
    }

    private static Optional<Map<String, String>> roots(JsonNode sum) {
        Map<String, String> roots = new TreeMap<>();
        sum.fields()
                .forEachRemaining(
                        root -> roots.put(root.getKey(), root.getValue().asText()));
        return sum.isNull() ? Optional.empty() : Optional.of(roots);
    }

    private ReleaseRecord deploy(String version) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            environmentDirectory = environment.directory().root();
            return new AutoRollback(environment).deploy(workshop.path("v" + version), Workshop.request(version), false);
        }
    }

    private void rollBack(String to) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            new Rollback(environment).to(to, Workshop.request(""));
            assertThat(environment.history().newest(1).get(0).tookEffect()).isTrue();
        }
    }
}
