package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.storage.ChildJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of the engine's JVM while a hook is at work, or a command that starts or stops an instance: those go on
 * alone. They have to be ended before what they do is taken back.
 */
class KilledBesideACommandTest {
    /** What is run for the second version kills its JVM, and does the rest of its work when nobody waits for it any more. */
    private static final String GOES_ON_ALONE =
            "kill -9 $(cat @root@/jvm); sleep 5; echo late > @root@/schema; touch @root@/late";

    @TempDir
    private Path root;

    @Test
    void aHookIsEndedBeforeItIsTakenBack() throws Exception {
        Workshop workshop = workshop(
                """
                hooks:
                  beforeDeploy:
                    - name: migrate
                      shell: 'test "$RELEASE_VERSION" = 1 || { echo half > @root@/schema; GOES_ON_ALONE; }'
                      undo: {shell: 'echo old > @root@/schema'}
                """);
        release(workshop);
        dies();
        assertThat(root.resolve("schema")).hasContent("half");

        assertThat(recover(workshop).version()).isEqualTo("1");
        assertThat(root.resolve("schema")).hasContent("old");
        assertNothingGoesOn();
        assertThat(workshop.events())
                .filteredOn(event -> event.type() == ReleaseEvent.Type.WARNING)
                .extracting(ReleaseEvent::message)
                .contains("a hook was still running for a process that has died; it is ended");
    }

    /** There is nothing that would be run in its place. */
    @Test
    void aHookThatLeavesNothingToUndoIsEndedToo() throws Exception {
        Workshop workshop = workshop(
                """
                hooks:
                  beforeDeploy:
                    - name: warm
                      shell: 'test "$RELEASE_VERSION" = 1 || { GOES_ON_ALONE; }'
                      undo: none-needed
                """);
        release(workshop);
        dies();

        assertThat(recover(workshop).version()).isEqualTo("1");
        assertNothingGoesOn();
        assertThat(root.resolve("schema")).doesNotExist();
    }

    @Test
    void aCommandThatStartsAnInstanceIsEndedBeforeAnotherBegins() throws Exception {
        Workshop workshop = workshop(
                """
                process:
                  start: [sh, -c, 'grep -q 1 @root@/live/app && exec cp @root@/live/app @root@/schema; GOES_ON_ALONE']
                  stop: [rm, -f, "@root@/schema"]
                """);
        release(workshop);
        dies();

        assertThat(recover(workshop).version()).isEqualTo("1");
        assertThat(root.resolve("schema")).hasContent("1");
        assertNothingGoesOn();
    }

    private void assertNothingGoesOn() {
        assertThat(ProcessHandle.allProcesses().filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains("touch " + root.resolve("late")))
                        .isPresent()))
                .isEmpty();
        assertThat(root.resolve("late")).doesNotExist();
    }

    private Workshop workshop(String more) throws IOException {
        String yaml = "target: {directory: \"@root@/live\"}\nfreezeAfterRollback: false\n"
                + more.replace("GOES_ON_ALONE", GOES_ON_ALONE);
        Files.createDirectories(root.resolve("live"));
        Files.writeString(root.resolve("environment.yaml"), yaml);
        Workshop workshop = new Workshop(root).with(yaml);
        workshop.write("v1", "app", "1");
        workshop.write("v2", "app", "2");
        return workshop;
    }

    private static void release(Workshop workshop) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(new AutoRollback(environment)
                            .deploy(workshop.path("v1"), Workshop.request("1"), false)
                            .state())
                    .isEqualTo(ReleaseState.SUCCEEDED);
        }
    }

    private void dies() throws Exception {
        Process child = ChildJvm.start(CrashingRelease.class, List.of(root.toString(), "deploy", "10000"));
        Files.writeString(root.resolve("jvm"), Long.toString(child.pid()));
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output).doesNotContain("finished");
    }

    /** @return what is live then */
    private static ReleaseRecord recover(Workshop workshop) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            new Recovery(environment).recover();
            assertThat(environment.history().unfinished()).isEmpty();
            assertThat(environment.history().newest(1))
                    .singleElement()
                    .returns(ReleaseState.ROLLED_BACK, ReleaseRecord::state);
            return environment.history().content(environment.history().live().orElseThrow());
        }
    }
}
