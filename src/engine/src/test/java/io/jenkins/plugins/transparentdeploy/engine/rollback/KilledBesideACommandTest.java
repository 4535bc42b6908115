package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        CrashingShop shop = shop(
                """
                hooks:
                  beforeDeploy:
                    - name: migrate
                      shell: 'test "$RELEASE_VERSION" = 1 || { echo half > @root@/schema; GOES_ON_ALONE; }'
                      undo: {shell: 'echo old > @root@/schema'}
                """);
        shop.release("1");
        assertThat(shop.crash("deploy", CrashingShop.NEVER)).isFalse();
        assertThat(root.resolve("schema")).hasContent("half");

        assertTheFirstIsBack(shop);
        assertThat(root.resolve("schema")).hasContent("old");
        assertNothingGoesOn();
        assertThat(shop.workshop().events())
                .filteredOn(event -> event.type() == ReleaseEvent.Type.WARNING)
                .extracting(ReleaseEvent::message)
                .contains("a hook was still running for a process that has died; it is ended");
    }

    /** There is nothing that would be run in its place. */
    @Test
    void aHookThatLeavesNothingToUndoIsEndedToo() throws Exception {
        CrashingShop shop = shop(
                """
                hooks:
                  beforeDeploy:
                    - name: warm
                      shell: 'test "$RELEASE_VERSION" = 1 || { GOES_ON_ALONE; }'
                      undo: none-needed
                """);
        shop.release("1");
        assertThat(shop.crash("deploy", CrashingShop.NEVER)).isFalse();

        assertTheFirstIsBack(shop);
        assertNothingGoesOn();
        assertThat(root.resolve("schema")).doesNotExist();
    }

    @Test
    void aCommandThatStartsAnInstanceIsEndedBeforeAnotherBegins() throws Exception {
        CrashingShop shop = shop(
                """
                process:
                  start: [sh, -c, 'grep -q 1 @root@/live/app && exec cp @root@/live/app @root@/schema; GOES_ON_ALONE']
                  stop: [rm, -f, "@root@/schema"]
                """);
        shop.release("1");
        assertThat(shop.crash("deploy", CrashingShop.NEVER)).isFalse();

        assertTheFirstIsBack(shop);
        assertThat(root.resolve("schema")).hasContent("1");
        assertNothingGoesOn();
    }

    private static void assertTheFirstIsBack(CrashingShop shop) throws IOException {
        assertThat(shop.recover().version()).isEqualTo("1");
        try (ManagedEnvironment environment = shop.workshop().open()) {
            assertThat(environment.history().newest(1))
                    .singleElement()
                    .returns(ReleaseState.ROLLED_BACK, ReleaseRecord::state);
        }
    }

    private void assertNothingGoesOn() {
        assertThat(CrashingShop.processes("touch " + root.resolve("late"))).isEmpty();
        assertThat(root.resolve("late")).doesNotExist();
    }

    private CrashingShop shop(String more) throws IOException {
        Files.createDirectories(root.resolve("live"));
        return new CrashingShop(
                root,
                "target: {directory: \"@root@/live\"}\nfreezeAfterRollback: false\n"
                        + more.replace("GOES_ON_ALONE", GOES_ON_ALONE));
    }
}
