package io.jenkins.plugins.transparentdeploy.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseArchive;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseId;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.StoreKeeper;
import io.jenkins.plugins.transparentdeploy.engine.rollback.AutoRollback;
import io.jenkins.plugins.transparentdeploy.engine.rollback.Recovery;
import io.jenkins.plugins.transparentdeploy.engine.rollback.Rollback;
import io.jenkins.plugins.transparentdeploy.engine.rollback.Workshop;
import io.jenkins.plugins.transparentdeploy.engine.service.Keeping;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FirstVersion;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.PruneReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Something that is done to a service, and the world in which it is. */
enum Scenario {
    DIRECTORY_FIRST("directory", 0) {
        @Override
        ReleaseRecord act(ManagedEnvironment environment) throws IOException {
            return deploy(environment, "1");
        }
    },
    DIRECTORY_ADOPTED("directory", 0) {
        @Override
        void prepare() throws IOException {
            super.prepare();
            workshop().write("live", "app.jar", "by hand", "conf/a.properties", "by hand");
        }

        @Override
        ReleaseRecord act(ManagedEnvironment environment) throws IOException {
            return deploy(environment, "1");
        }
    },
    DIRECTORY_DEPLOY("directory", 1) {
        @Override
        ReleaseRecord act(ManagedEnvironment environment) throws IOException {
            return deploy(environment, "2");
        }
    },
    DIRECTORY_ROLLBACK("directory", 2) {
        @Override
        ReleaseRecord act(ManagedEnvironment environment) throws IOException {
            return rollback(environment);
        }
    },
    DIRECTORY_RECOVERY("directory", 1) {
        @Override
        void prepare() throws IOException {
            super.prepare();
            interruptDeployment();
        }

        @Override
        ReleaseRecord act(ManagedEnvironment environment) throws IOException {
            return new Recovery(environment).recover().orElseThrow();
        }
    },
    RELEASES_FIRST("releases", 0) {
        @Override
        ReleaseRecord act(ManagedEnvironment environment) throws IOException {
            return deploy(environment, "1");
        }
    },
    RELEASES_DEPLOY("releases", 2) {
        @Override
        ReleaseRecord act(ManagedEnvironment environment) throws IOException {
            return deploy(environment, "3");
        }
    },
    RELEASES_ROLLBACK("releases", 2) {
        @Override
        ReleaseRecord act(ManagedEnvironment environment) throws IOException {
            return rollback(environment);
        }
    },
    EXPORT("directory", 2) {
        @Override
        void prepare() throws IOException {
            super.prepare();
            ArchiveInspection.makeKeys(workshop());
        }

        @Override
        ReleaseRecord act(ManagedEnvironment environment) throws IOException {
            ReleaseRecord live = environment.history().live().orElseThrow();
            new ReleaseArchive(environment).complete(live, Optional.of(ArchiveInspection.recipient(workshop())));
            return live;
        }

        @Override
        void requireWholeIfThere(ManagedEnvironment environment) throws IOException {
            new ArchiveInspection(workshop(), environment).requireWholeIfThere();
        }

        @Override
        boolean hasDamaged(ManagedEnvironment environment) throws IOException {
            return new ArchiveInspection(workshop(), environment).isDamaged();
        }

        @Override
        void requireAcknowledged(ManagedEnvironment environment) throws IOException {
            new ArchiveInspection(workshop(), environment).requireComplete();
        }

        @Override
        void doAgain() throws IOException {
            try (ManagedEnvironment environment = workshop().open()) {
                act(environment);
                requireAcknowledged(environment);
            }
        }
    },
    PRUNE("directory", 3) {
        @Override
        void prepare() throws IOException {
            super.prepare();
            workshop().write("v5", "app.jar", "five", "conf/a.properties", "a=5");
            FirstVersion.put(workshop().path("state/store"), "five".getBytes(StandardCharsets.UTF_8));
            FirstVersion.put(workshop().path("state/store"), "nobody's".getBytes(StandardCharsets.UTF_8));
            try (ManagedEnvironment environment = workshop().open()) {
                deploy(environment, "5");
            }
        }

        @Override
        void perform(Consumer<Acknowledgement> told) throws IOException {
            prune();
            super.perform(told);
        }

        /** Only what is live is looked for: whoever prunes has no environment open. */
        @Override
        ReleaseRecord act(ManagedEnvironment environment) throws IOException {
            return environment.history().live().orElseThrow();
        }

        @Override
        List<ReleaseRecord> canComeBack(ReleaseHistory history) throws IOException {
            return Stream.of(history.live(), history.previousGood())
                    .flatMap(Optional::stream)
                    .toList();
        }

        @Override
        void doAgain() throws IOException {
            prune();
            assertThat(prune()).as("objects that were left over by pruning").isZero();
        }

        private long prune() throws IOException {
            StoreKeeper keeper = new StoreKeeper(StateDirectory.open(workshop().path("state")), Clock.systemUTC());
            return keeper.prune(new Keeping(1, Optional.empty(), OptionalLong.empty())).values().stream()
                    .mapToLong(PruneReport::removedObjects)
                    .sum();
        }
    };

    private final String target;
    private final int released;

    Scenario(String target, int released) {
        this.target = target;
        this.released = released;
    }

    /** Does it, in an environment that is open. */
    abstract ReleaseRecord act(ManagedEnvironment environment) throws IOException;

    /** Does it, and says what somebody was told, as soon as that is so. */
    void perform(Consumer<Acknowledgement> told) throws IOException {
        try (ManagedEnvironment environment = workshop().open()) {
            ReleaseRecord record = act(environment);
            told.accept(new Acknowledgement(record, environment.journal().head()));
        }
    }

    /** The releases of which nothing may be missing, whatever happened. */
    List<ReleaseRecord> canComeBack(ReleaseHistory history) throws IOException {
        List<ReleaseRecord> records = new ArrayList<>();
        for (ReleaseId id : history.ids()) {
            history.find(id).filter(ReleaseRecord::tookEffect).ifPresent(records::add);
        }
        return records;
    }

    /** What can be done once more when it was interrupted; does so. */
    void doAgain() throws IOException {}

    /** What it makes besides releases is whole, if it is there. */
    void requireWholeIfThere(ManagedEnvironment environment) throws IOException {}

    /** What it makes besides releases is there when somebody was told so. */
    void requireAcknowledged(ManagedEnvironment environment) throws IOException {}

    /** Whether what it made besides releases is seen to be damaged. */
    boolean hasDamaged(ManagedEnvironment environment) throws IOException {
        return false;
    }

    /** Makes the world up to the moment before. */
    void prepare() throws IOException {
        Workshop workshop = workshop();
        makeArtifacts(workshop);
        workshop.write("elsewhere", "file", "not ours");
        Files.createDirectories(workshop.path("live"));
        for (int version = 1; version <= released; version++) {
            try (ManagedEnvironment environment = workshop.open()) {
                deploy(environment, Integer.toString(version));
            }
            if (version == 1) {
                String live = target.equals("releases") ? "live/current" : "live";
                workshop.write(live, "logs/access.log", "a line", "app.pid", "42");
            }
        }
    }

    Workshop workshop() {
        return new Workshop(Path.of(World.NAME))
                .with(
                        """
                        target:
                          %s: @root@/live
                          shared: ["logs/**"]
                          exclude: ["*.pid"]
                        keep: 1
                        """
                                .formatted(target));
    }

    Path journal() {
        return workshop().path("state/services/shop/test/journal");
    }

    /** Files that no release may touch, relative to the world. */
    static boolean isUnmanaged(String file) {
        return file.startsWith("elsewhere/")
                || file.equals("live/logs/access.log")
                || file.equals("live/shared/logs/access.log")
                || file.equals("live/app.pid");
    }

    ReleaseRecord deploy(ManagedEnvironment environment, String version) throws IOException {
        return new AutoRollback(environment)
                .deploy(Path.of(World.NAME, "v" + version), Workshop.request(version), false);
    }

    ReleaseRecord rollback(ManagedEnvironment environment) throws IOException {
        return new Rollback(environment).to("previous", Workshop.request(""));
    }

    /** Leaves a deployment in its middle, by a disk that dies there. */
    void interruptDeployment() {
        World healthy = World.current();
        int[] renames = {0};
        World.enter(new World(
                healthy.root(),
                (change, path) -> {
                    if (change == Gate.Change.RENAME
                            && path.startsWith(healthy.root().resolve("live"))) {
                        renames[0]++;
                    }
                    if (renames[0] > 3) {
                        throw new IOException("the disk is gone");
                    }
                },
                null));
        try (ManagedEnvironment environment = workshop().open()) {
            deploy(environment, "2");
            throw new IllegalStateException("the deployment was not interrupted");
        } catch (IOException expected) {
            // What matters is what is left.
        } finally {
            World.enter(healthy);
        }
    }

    private static void makeArtifacts(Workshop workshop) throws IOException {
        Path first = workshop.write(
                "v1",
                "app.jar",
                large(1),
                "conf/a.properties",
                "a=1",
                "conf/gone.properties",
                "x",
                "lib/l.jar",
                "l",
                "turns/into/a-file",
                "t",
                "becomes-directory",
                "b",
                "bin/run",
                "#!/bin/sh\n");
        Files.createDirectories(first.resolve("empty"));
        Files.createSymbolicLink(first.resolve("latest"), Path.of("lib/l.jar"));
        Files.setPosixFilePermissions(first.resolve("bin/run"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(first.resolve("lib"), PosixFilePermissions.fromString("r-xr-xr-x"));
        Path second = workshop.write(
                "v2",
                "app.jar",
                large(2),
                "conf/a.properties",
                "a=2",
                "conf/new/b.properties",
                "b",
                "lib/l.jar",
                "l",
                "lib/m.jar",
                "m",
                "turns",
                "t",
                "becomes-directory/file",
                "b",
                "bin/run",
                "#!/bin/sh\n",
                "nothing",
                "");
        Files.createSymbolicLink(second.resolve("latest"), Path.of("lib/m.jar"));
        Files.setPosixFilePermissions(second.resolve("lib"), PosixFilePermissions.fromString("r-xr-xr-x"));
        workshop.write("v3", "app.jar", "three", "conf/a.properties", "a=1");
        workshop.write("v4", "app.jar", "four", "conf/a.properties", "a=4");
    }

    /** More than fits in one write, and not to be compressed. */
    private static String large(int seed) {
        return new Random(seed)
                .ints(70_000, 33, 127)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
