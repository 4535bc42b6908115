package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseReport;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseReport.Step;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a release, step by step. */
class ReleaseReportTest {
    @TempDir
    Path root;

    private Workshop workshop;

    @BeforeEach
    void describe() throws Exception {
        workshop = new Workshop(root)
                .with(
                        """
                        target: {directory: "@root@/live"}
                        smokeTest:
                          retries: 0
                          checks: [{name: there, command: [test, -f, "@root@/live/bin/server"]}]
                        analysis:
                          window: 200ms
                          interval: 50ms
                          deadline: 10s
                          minimumSamples: 1
                          metrics:
                            - check: {name: still there, command: [test, -f, "@root@/live/bin/server"]}
                        """);
        Files.createDirectory(root.resolve("live"));
    }

    private ReleaseRecord release(Path content, String version) throws Exception {
        try (ManagedEnvironment environment = workshop.open()) {
            new AutoRollback(environment).run(content, Workshop.request(version));
            // As it is on disk.
            return environment.history().newest(1).get(0);
        }
    }

    private static ReleaseReport.Entry of(ReleaseRecord record, Step step) {
        return record.report().orElseThrow().of(step).orElseThrow();
    }

    @Test
    void everyStepIsSaidInItsOrder() throws Exception {
        release(workshop.write("1", "bin/server", "1", "lib/shop.jar", "1", "conf/shop.yaml", "a: 1"), "1");
        ReleaseRecord second = release(
                workshop.write(
                        "2", "bin/server", "1", "bin/tool", "new", "lib/shop.jar", "2", "conf/shop.yaml", "a: 2"),
                "2");
        assertThat(second.state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(second.report().orElseThrow().entries())
                .extracting(ReleaseReport.Entry::step)
                .containsExactlyElementsOf(Arrays.asList(Step.values()));
        assertThat(of(second, Step.ANALYSE).summary())
                .isEqualTo("1 directory, 1 archive and 1 configuration file changed");
        assertThat(of(second, Step.ANALYSE).details())
                .containsExactly(
                        "directory bin +1 ~0 -0",
                        "archive lib/shop.jar +0 ~1 -0",
                        "configuration conf/shop.yaml +0 ~1 -0");
        assertThat(of(second, Step.INDICATORS).details())
                .containsExactly("check there", "still there: good from 100.0 %, bad beyond 80.00 %, weight 1.0");
        assertThat(of(second, Step.EVALUATE).summary()).isEqualTo("quality 1.000, pass from 0.900");
        assertThat(of(second, Step.COMPARE).details())
                .singleElement()
                .isEqualTo("still there: 100.0 %; baseline none; the release before 100.0 %");
        assertThat(of(second, Step.OPTIMISE).summary()).isEqualTo("nothing had to be tried");
        assertThat(of(second, Step.TEST).summary()).isEqualTo("1 of 1 checks passed");
        assertThat(of(second, Step.VERIFY).details()).containsExactly("shop: has the release's content");
        assertThat(of(second, Step.MONITOR).summary()).endsWith(": PASS");
        assertThat(workshop.events()).anyMatch(event -> event.message().startsWith("test: 1 of 1 checks passed"));
    }

    @Test
    void whatARejectedReleaseDidNotComeToIsNotSaid() throws Exception {
        release(workshop.write("1", "bin/server", "1"), "1");
        ReleaseRecord bad = release(workshop.write("2", "bin/other", "1"), "2");
        assertThat(bad.state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(of(bad, Step.TEST).summary()).isEqualTo("0 of 1 checks passed");
        assertThat(of(bad, Step.TEST).details())
                .singleElement()
                .asString()
                .startsWith("there: the command ended with exit code 1");
        assertThat(bad.report().orElseThrow().of(Step.EVALUATE)).isEmpty();
    }

    @Test
    void checksThatAStepBringsAreAmongWhatItIsJudgedBy() throws Exception {
        String target = "target: {directory: \"@root@/live\"}\n";
        workshop.with(target);
        try (ManagedEnvironment environment = workshop.open()) {
            new AutoRollback(environment).deploy(workshop.write("1", "bin/server", "1"), Workshop.request("1"), true);
        }
        workshop.with(target + "smokeTest: {retries: 0, checks: [{name: answers, command: [\"false\"]}]}\n");
        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(of(environment.history().newest(1).get(0), Step.INDICATORS)
                            .summary())
                    .isEqualTo("none yet: no smoke test and no analysis is described");
            assertThat(new AutoRollback(environment).smokeTest().passed()).isFalse();
            ReleaseRecord tested = environment.history().newest(1).get(0);
            assertThat(of(tested, Step.INDICATORS).summary()).isEqualTo("1 indicator");
            assertThat(of(tested, Step.INDICATORS).details()).containsExactly("check answers");
            assertThat(of(tested, Step.TEST).summary()).isEqualTo("0 of 1 checks passed");
        }
        assertThat(workshop.events())
                .filteredOn(event -> event.message().startsWith("indicators: "))
                .hasSize(2);
    }

    @Test
    void whatNobodyWatchesSaysSo() throws Exception {
        workshop.with("target: {directory: \"@root@/live\"}\n");
        assertThat(of(release(workshop.write("1", "bin/server", "1"), "1"), Step.MONITOR)
                        .summary())
                .isEqualTo("not watched: no analysis is configured");
        try (ManagedEnvironment environment = workshop.open()) {
            new AutoRollback(environment).deploy(workshop.write("2", "bin/server", "2"), Workshop.request("2"), false);
            assertThat(of(environment.history().newest(1).get(0), Step.MONITOR).summary())
                    .isEqualTo("not watched: it was only deployed");
        }
    }

    @Test
    void aLaterEntryTakesAnEarlierOnesPlace() {
        ReleaseReport.Entry first = new ReleaseReport.Entry(Step.TEST, java.time.Instant.EPOCH, "one", List.of());
        ReleaseReport.Entry again = new ReleaseReport.Entry(Step.TEST, java.time.Instant.EPOCH, "two", List.of());
        ReleaseReport.Entry before = new ReleaseReport.Entry(Step.ANALYSE, java.time.Instant.EPOCH, "x", List.of());
        assertThat(ReleaseReport.EMPTY.with(first).with(again).with(before).entries())
                .containsExactly(before, again);
    }
}
