package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.HostId;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentReader;
import io.jenkins.plugins.transparentdeploy.engine.service.InstanceDefinition;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.PackReader;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import io.jenkins.plugins.transparentdeploy.engine.storage.ProcessLock;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A fresh host takes the place of one that is lost: its identity, the newest release's records and content, and those of
 * the release before, so that there is something to go back to. Nothing is put live; a rollback to the release does that.
 *
 * <p>Safe to repeat after a crash at any point: the release's own record is written last.
 */
public final class TakeOver {
    private final StateDirectory state;
    private final ReleaseRecords records;
    private final ReleaseRecord release;

    /** @throws RefusedException when the records are none, or of a release that never took effect */
    public TakeOver(StateDirectory state, ReleaseRecords records) throws IOException {
        this.state = state;
        this.records = records;
        this.release = records.release();
        if (!release.tookEffect()) {
            throw new RefusedException(
                    "Release " + release.id() + " is " + release.state() + ", so it was not live in the end",
                    "Take the records of the release that was");
        }
    }

    /**
     * Takes over.
     *
     * @param hostId the lost host, as whoever asks knows it
     * @param key what the pack is opened with
     * @return the release that a rollback now can bring back
     * @throws RefusedException when the records are of another host, or this host has a life of its own
     */
    public ReleaseRecord from(String hostId, Key key, Actor actor, Clock clock) throws IOException {
        if (!release.hostId().equals(hostId)) {
            throw new RefusedException(
                    "Release " + release.id() + " ran on the host " + release.hostId() + ", not on " + hostId,
                    "Take over from that one, if it is really lost");
        }
        EnvironmentDirectory directory = state.environment(release.service(), release.environment());
        DurableFiles.createDirectories(directory.root());
        Holder holder = Holder.thisProcess(actor.who(), "take over from " + hostId, clock);
        try (ProcessLock lock = ProcessLock.tryAcquire(directory.lock(), holder)) {
            Optional<ReleaseRecord> parent = records.parent();
            refuseLifeOfItsOwn(directory, hostId, parent);
            // Who prunes a store waits until nobody has it open, and by then the records say what is needed.
            try (Stores stores = new Stores()) {
                importContent(stores, key);
                HostId.takeOver(state.root(), new HostId(hostId));
                writeRecords(directory, parent);
            }
            return release;
        }
    }

    private void writeRecords(EnvironmentDirectory directory, Optional<ReleaseRecord> parent) throws IOException {
        ReleaseHistory history = new ReleaseHistory(directory);
        Optional<RollbackPoint> point = records.rollbackPoint();
        if (point.isPresent()) {
            history.write(point.get());
        }
        if (parent.isPresent()) {
            history.write(parent.get());
        }
        history.write(release);
    }

    private void refuseLifeOfItsOwn(EnvironmentDirectory directory, String hostId, Optional<ReleaseRecord> parent)
            throws IOException {
        Set<ReleaseId> own = new HashSet<>(new ReleaseHistory(directory).ids());
        own.remove(release.id());
        parent.ifPresent(record -> own.remove(record.id()));
        if (!own.isEmpty()) {
            throw new RefusedException(
                    release.service() + "/" + release.environment() + " has releases of its own in " + state.root(),
                    "Restore onto a host that has none, or into another --state-dir");
        }
        boolean another = !HostId.load(state.root()).value().equals(hostId);
        if (another && hasReleases()) {
            throw new RefusedException(
                    state.root() + " has releases of the host " + HostId.load(state.root())
                            + ", which it cannot be any more",
                    "Restore into another --state-dir");
        }
    }

    private boolean hasReleases() throws IOException {
        try (Stream<Path> files = Files.walk(state.services(), 5)) {
            return files.anyMatch(file -> file.getFileName().toString().equals("release.json"));
        }
    }

    private void importContent(Stores stores, Key key) throws IOException {
        EnvironmentDefinition definition =
                EnvironmentReader.read(release.service(), release.environment(), release.resolvedServiceFile());
        Set<Path> locations = new HashSet<>();
        for (InstanceDefinition instance : definition.instances()) {
            locations.add(ManagedInstances.storeOf(state, instance));
        }
        for (Path location : locations) {
            SnapshotStore store = stores.open(location);
            store.register(state.root());
            try (InputStream pack = records.openPack()) {
                PackReader.read(pack, key, store);
            }
            for (InstanceState instance : release.instances().values()) {
                store.load(instance.manifest());
            }
        }
    }

    /** The stores that are in use until all is done. */
    private static final class Stores implements Closeable {
        private final Deque<SnapshotStore> open = new ArrayDeque<>();

        SnapshotStore open(Path location) throws IOException {
            SnapshotStore store = SnapshotStore.open(location);
            open.push(store);
            return store;
        }

        @Override
        public void close() throws IOException {
            try (SnapshotStore newest = open.poll()) {
                if (newest != null) {
                    close();
                }
            }
        }
    }
}
