package io.jenkins.plugins.transparentdeploy.engine.faults;

import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseId;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import java.io.IOException;
import java.util.Optional;

/**
 * A world in which nothing is damaged yet.
 *
 * @param name for people
 * @param disk what is there
 * @param known what the engine says of it
 */
record Stage(String name, Disk disk, Knowledge known) {

    /**
     * What decides about what is done next.
     *
     * @param frozen whether deployments are kept out
     */
    record Knowledge(boolean frozen, Optional<ReleaseId> live, Optional<ReleaseId> previous) {
        static Knowledge of(ManagedEnvironment environment) throws IOException {
            return new Knowledge(
                    environment.freezes().current().isPresent(),
                    environment.history().live().map(ReleaseRecord::id),
                    environment.history().previousGood().map(ReleaseRecord::id));
        }
    }

    /** The present world. */
    static Stage of(String name, Scenario scenario) throws IOException {
        Disk disk = Disk.read(World.current().root());
        try (ManagedEnvironment environment = scenario.workshop().open()) {
            return new Stage(name, disk, Knowledge.of(environment));
        }
    }
}
