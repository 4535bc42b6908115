package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.InstanceDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.Keeping;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.PruneReport;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Prunes the stores of a state directory, for all services and environments together: they share content. */
public final class StoreKeeper {
    private final StateDirectory state;
    private final Clock clock;

    public StoreKeeper(StateDirectory state, Clock clock) {
        this.state = state;
        this.clock = clock;
    }

    /**
     * Prunes every store, as long as nobody uses it.
     *
     * @return what came of each, by its directory
     * @throws RefusedException if one is used by somebody else, or by a state directory that is not there
     */
    public Map<Path, PruneReport> prune(Keeping keeping) throws IOException {
        Map<EnvironmentName, Keeping> all = new LinkedHashMap<>();
        for (EnvironmentName name : EnvironmentName.allIn(state)) {
            all.put(name, keeping);
        }
        return prune(all, keeping.quota());
    }

    /**
     * Prunes every store as the service files of the environments say in their newest records. An environment that says
     * nothing keeps everything. The smallest quota counts, and takes from those that say something.
     *
     * @return as {@link #prune(Keeping)}
     * @throws RefusedException as {@link #prune(Keeping)}
     */
    public Map<Path, PruneReport> pruneAsDescribed() throws IOException {
        Map<EnvironmentName, Keeping> described = new LinkedHashMap<>();
        for (EnvironmentName name : EnvironmentName.allIn(state)) {
            ReleaseHistory history = name.history(state);
            for (ReleaseRecord record : history.newest(1)) {
                name.read(record.resolvedServiceFile()).retention().ifPresent(keeping -> described.put(name, keeping));
            }
        }
        return described.isEmpty()
                ? Map.of()
                : prune(
                        described,
                        described.values().stream()
                                .flatMapToLong(keeping -> keeping.quota().stream())
                                .min());
    }

    private Map<Path, PruneReport> prune(Map<EnvironmentName, Keeping> keepings, OptionalLong quota)
            throws IOException {
        Map<Path, PruneReport> reports = new LinkedHashMap<>();
        for (Path location : stores()) {
            try (SnapshotStore store = SnapshotStore.open(location)) {
                PruneReport report = prune(store, keepings);
                for (int fewer = mostReleases() - 1; fewer >= 1 && exceeds(store, quota); fewer--) {
                    PruneReport more = prune(store, atMost(fewer, keepings));
                    report = new PruneReport(
                            more.keptObjects(),
                            report.removedObjects() + more.removedObjects(),
                            report.bytesBefore(),
                            more.bytesAfter());
                }
                reports.put(location, report);
            }
        }
        return reports;
    }

    /** The stores that the records of this state directory are about. */
    public Set<Path> stores() throws IOException {
        Set<Path> stores = new TreeSet<>();
        for (EnvironmentName name : EnvironmentName.allIn(state)) {
            ReleaseHistory history = name.history(state);
            for (ReleaseRecord record : history.newest(1)) {
                EnvironmentDefinition definition =
                        name.read(history.content(record).resolvedServiceFile());
                for (InstanceDefinition instance : definition.instances()) {
                    stores.add(ManagedInstances.storeOf(state, instance));
                }
            }
        }
        Path own = state.store();
        if (Files.isDirectory(own)) {
            stores.add(own);
        }
        stores.removeIf(store -> !Files.isDirectory(store));
        return stores;
    }

    private static Map<EnvironmentName, Keeping> atMost(int releases, Map<EnvironmentName, Keeping> keepings) {
        Map<EnvironmentName, Keeping> fewer = new LinkedHashMap<>();
        keepings.forEach(
                (name, keeping) -> fewer.put(name, keeping.withReleases(Math.min(releases, keeping.releases()))));
        return fewer;
    }

    private int mostReleases() throws IOException {
        int most = 0;
        for (EnvironmentName name : EnvironmentName.allIn(state)) {
            most = Math.max(most, name.history(state).ids().size());
        }
        return most;
    }

    private PruneReport prune(SnapshotStore store, Map<EnvironmentName, Keeping> keepings) throws IOException {
        return store.prune(() -> {
            Set<ContentId> manifests = new HashSet<>();
            for (Path user : store.stateDirectories()) {
                if (!user.equals(state.root())) {
                    manifests.addAll(neededBy(other(user, store), Map.of()));
                }
            }
            manifests.addAll(neededBy(state, keepings));
            return manifests;
        });
    }

    /** @param keepings of those environments that do not keep everything */
    private Set<ContentId> neededBy(StateDirectory directory, Map<EnvironmentName, Keeping> keepings)
            throws IOException {
        Set<ContentId> manifests = new HashSet<>();
        for (EnvironmentName name : EnvironmentName.allIn(directory)) {
            KeptContent content = new KeptContent(
                    directory.environment(name.service(), name.environment()),
                    keepings.getOrDefault(name, Keeping.EVERYTHING),
                    clock);
            manifests.addAll(content.manifests());
            if (directory.equals(state)) {
                content.removeExpiredPoints();
            }
        }
        return manifests;
    }

    /** One that is empty is no more there than one that is missing: it was never so, and may be a mount point. */
    private static StateDirectory other(Path user, SnapshotStore store) throws IOException {
        if (!Files.isDirectory(user) || isEmpty(user)) {
            throw new RefusedException(
                    "The store " + store.directory() + " is also used from the state directory " + user
                            + ", which is not there",
                    "Mount it, or, if it is gone for good, remove the note that names it from "
                            + store.directory().resolve("users"));
        }
        return new StateDirectory(user);
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.findAny().isEmpty();
        }
    }

    private static boolean exceeds(SnapshotStore store, OptionalLong quota) throws IOException {
        return quota.isPresent() && store.usedBytes() > quota.getAsLong();
    }
}
