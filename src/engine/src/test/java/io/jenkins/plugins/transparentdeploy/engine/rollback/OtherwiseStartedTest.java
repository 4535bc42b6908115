package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.host.ProcessRef;
import io.jenkins.plugins.transparentdeploy.engine.release.KeptSlot;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One release keeps its processes in the foreground, the next starts them by a command: each is stopped as it was started. */
class OtherwiseStartedTest {
    @TempDir
    private Path temporary;

    private Storefront shop;

    @BeforeEach
    void oneOnBothInstances() throws IOException {
        shop = new Storefront(temporary, "a", "b");
        shop.withOneLive();
    }

    @AfterEach
    void close() throws IOException {
        shop.close();
        try (Stream<Path> files = Files.list(temporary)) {
            for (Path started : (Iterable<Path>)
                    files.filter(file -> file.getFileName().toString().startsWith("started-"))::iterator) {
                ProcessHandle.of(Long.parseLong(Files.readString(started).strip()))
                        .ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    @Test
    void aSlotWhoseTimeIsOverIsStoppedAsItsOwnReleaseSays() throws Exception {
        long a = Long.parseLong(shop.pid("a"));
        startingByCommands("strategy: {blueGreen: {keep: 1ms}}\n");
        assertThat(shop.run("two").state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(shop.weights()).containsEntry("a", 0);
        assertThat(ProcessHandle.of(a)).as("it is kept").get().matches(ProcessHandle::isAlive);

        try (ManagedEnvironment environment = shop.workshop().open()) {
            await().until(() -> new KeptSlot(environment).stopWhenOver());
        }
        assertThat(ProcessHandle.of(a).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(shop.ask("b")).isEqualTo("two");
    }

    @Test
    void whatIsOnTheIdleSlotIsStoppedAsItsOwnReleaseSays() throws Exception {
        shop.with("strategy: blueGreen\n");
        assertThat(shop.run("two").state()).isEqualTo(ReleaseState.SUCCEEDED);
        startingByCommands("strategy: blueGreen\n");
        assertThat(shop.run("three").state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(List.of(shop.ask("a"), shop.ask("b"))).containsExactly("three", "two");

        ReleaseRecord back = shop.rollback("one");

        assertThat(back.state()).as(back.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(shop.ask("b")).isEqualTo("one");
        assertThat(shop.weights()).containsEntry("b", 100);
    }

    /** Whoever started it died before it could be remembered, and what is remembered is the one before it. */
    @Test
    void aProcessThatNobodyRememberedIsStoppedToo() throws Exception {
        ProcessRef dead = new ProcessRef(Long.parseLong(shop.pid("a")), Instant.EPOCH, "another boot:1");
        Files.write(shop.directory().instance("a").resolve("process.json"), Json.MAPPER.writeValueAsBytes(dead));

        assertThat(shop.run("two").state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(List.of(shop.ask("a"), shop.ask("b"))).containsOnly("two");
    }

    private void startingByCommands(String strategy) {
        String run = "  run: " + ShopInstance.command() + "\n  stopTimeout: 5s\n";
        String started = "@root@/started-{instance}";
        String commands = "  start: [sh, -c, '\"$@\" > /dev/null 2>&1 & echo $! > " + started + "', sh, "
                + ShopInstance.command().substring(1) + "\n  stop: [sh, -c, 'kill $(cat " + started + ")']\n";
        assertThat(shop.description()).contains(run);
        shop.workshop().with(shop.description().replace(run, commands) + strategy);
    }
}
