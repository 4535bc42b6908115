package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A service with a first and a second version; whoever releases or rolls back dies, and another finds what is left. */
final class CrashingShop {
    /** As the number of a record: the engine does not end by itself, but by a command of the service. */
    static final String NEVER = "10000";

    private final Path root;
    private final Workshop workshop;

    CrashingShop(Path root, String yaml) throws IOException {
        this.root = root;
        Files.writeString(root.resolve("environment.yaml"), yaml);
        workshop = new Workshop(root).with(yaml);
        workshop.write("v1", "app", "1");
        workshop.write("v2", "app", "2");
    }

    Workshop workshop() {
        return workshop;
    }

    void release(String version) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(new AutoRollback(environment)
                            .deploy(workshop.path("v" + version), Workshop.request(version), false)
                            .state())
                    .isEqualTo(ReleaseState.SUCCEEDED);
        }
    }

    /** @return whether it came to its end, see {@link CrashingRelease#run} */
    boolean crash(String act, String moment) throws Exception {
        return CrashingRelease.run(root, act, moment);
    }

    /** @return what is live then */
    ReleaseRecord recover() throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            new Recovery(environment).recover();
            assertThat(environment.history().unfinished()).isEmpty();
            return environment.history().content(environment.history().live().orElseThrow());
        }
    }

    /** The processes with all of these in their command lines. */
    static List<ProcessHandle> processes(String... words) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> List.of(words).stream().allMatch(line::contains))
                        .isPresent())
                .toList();
    }
}
