package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.FileOperations;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Intent;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.FileOperation;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.DirectoryEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ScannedTree;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A directory that is changed in place, path by path, touching only what differs. While it is being changed its paths are
 * some before and some after; whoever must not see that stops the instance or takes it out of the load balancer.
 */
public final class DirectoryTarget implements Target {
    private static final int ROUNDS = 3;
    /** Operations whose intents are written together: so many that most releases have fewer, so few that memory is bounded. */
    private static final int PORTION = 10_000;

    private final Path root;
    private final ManagedPaths managed;
    private final SnapshotStore store;

    /** @param store on the filesystem of the root, and outside it; see {@link StoreLocation} */
    public DirectoryTarget(Path root, ManagedPaths managed, SnapshotStore store) {
        this.root = root.toAbsolutePath().normalize();
        this.managed = managed;
        this.store = store;
    }

    @Override
    public String kind() {
        return "directory";
    }

    @Override
    public Path root() {
        return root;
    }

    @Override
    public void check() throws IOException {
        Preflight.check(root, store);
        if (store.directory().toRealPath().startsWith(root.toRealPath())) {
            throw new RefusedException(
                    "The store " + store.directory() + " is inside the target " + root,
                    "Move the state directory out of the target");
        }
    }

    @Override
    public List<String> warnings() throws IOException {
        return MountPoints.warnings(root);
    }

    @Override
    public void requireSpace(long bytes) throws IOException {
        Preflight.requireSpace(root, store, bytes);
    }

    @Override
    public Manifest managedPart(Manifest manifest) {
        return managed.managedPart(manifest);
    }

    @Override
    public Manifest capture() throws IOException {
        return store.capture(root, managed);
    }

    @Override
    public Delta plan(Manifest wanted) throws IOException {
        ScannedTree live = store.scan(root, managed);
        return Delta.between(live.manifest(), goal(live, attainable(wanted)));
    }

    @Override
    public Delta apply(String instance, Manifest wanted, String releaseId, Journal journal) throws IOException {
        check();
        Manifest attainable = attainable(wanted);
        ScannedTree live = store.captureTree(root, managed);
        Interrupted.settleFiles(journal, releaseId, instance, live.manifest());
        Delta delta = Delta.between(live.manifest(), goal(live, attainable));
        for (int round = 0; round < ROUNDS; round++) {
            List<FileOperation> operations = FileOperations.between(instance, live.manifest(), goal(live, attainable));
            if (operations.isEmpty()) {
                prove(live, attainable);
                journal.sync();
                return delta;
            }
            perform(operations, journal);
            if (!attainable.isEmpty()) {
                UnmanagedDirectories.create(root, managed.excludedDirectories());
                UnmanagedDirectories.create(root, sharedDirectories());
            }
            live = store.captureTree(root, managed);
        }
        throw new IOException(
                "The target %s does not come to rest: after %d rounds %s still differs; something else writes to it"
                        .formatted(
                                root,
                                ROUNDS,
                                Drift.between(live, List.of(attainable)).stream()
                                        .map(Drift::path)
                                        .toList()));
    }

    @Override
    public void settle(String instance, String releaseId, Journal journal) throws IOException {
        Interrupted.settleFiles(
                journal, releaseId, instance, store.scan(root, managed).manifest());
    }

    @Override
    public List<Drift> drift(Manifest... acceptable) throws IOException {
        return Drift.between(
                store.scan(root, managed),
                Arrays.stream(acceptable).map(this::managedPart).toList());
    }

    private void perform(List<FileOperation> operations, Journal journal) throws IOException {
        requireSpace(operations.stream().mapToLong(DirectoryTarget::stagedBytes).sum());
        FileChanges changes = new FileChanges(root, store, Account.current(store));
        changes.stage(operations);
        for (int begin = 0; begin < operations.size(); begin += PORTION) {
            List<FileOperation> some =
                    List.copyOf(operations.subList(begin, Math.min(operations.size(), begin + PORTION)));
            carryOut(some, begin, changes, journal);
        }
        journal.sync();
    }

    /** What is said to be done is on the disk: whoever syncs the journal meanwhile would make known what a power cut takes. */
    private static void carryOut(List<FileOperation> operations, int begin, FileChanges changes, Journal journal)
            throws IOException {
        List<Intent> intents = journal.intend(operations);
        int done = 0;
        try {
            for (FileOperation operation : operations) {
                changes.perform(begin + done, operation);
                done++;
            }
        } catch (IOException | RuntimeException e) {
            try {
                acknowledge(intents.subList(0, done), changes, journal);
            } catch (IOException | RuntimeException unsettled) {
                e.addSuppressed(unsettled);
            }
            throw e;
        }
        acknowledge(intents, changes, journal);
    }

    private static void acknowledge(List<Intent> intents, FileChanges changes, Journal journal) throws IOException {
        changes.sync();
        for (Intent intent : intents) {
            journal.done(intent);
        }
    }

    /** What can be had: the managed part, and without owners if this user cannot set them. */
    private Manifest attainable(Manifest wanted) throws IOException {
        Manifest mine = managedPart(wanted);
        return Account.current(store).isRoot() ? mine : mine.withoutOwners();
    }

    /** What is wanted, and the directories that stay because something unmanaged is in them. */
    private Manifest goal(ScannedTree live, Manifest wanted) {
        List<ManifestEntry> staying = new ArrayList<>();
        for (String path : live.holdingUnmanaged()) {
            Optional<ManifestEntry> there = wanted.find(path);
            if (there.isEmpty()) {
                live.manifest().find(path).ifPresent(staying::add);
            } else if (!(there.get() instanceof DirectoryEntry)) {
                throw new RefusedException(
                        "The release has a " + there.get().description() + " at '" + path + "', but in " + root
                                + " that is a directory with files that are not managed in it",
                        "Move those files away, or take the path out of the artifact");
            }
        }
        return wanted.with(staying);
    }

    private void prove(ScannedTree live, Manifest wanted) throws IOException {
        if (!live.comparableTo(wanted).contentRoot().equals(wanted.contentRoot())) {
            throw new IOException("The target " + root + " does not have the content root " + wanted.contentRoot());
        }
    }

    private List<ManagedPaths.PlainPath> sharedDirectories() {
        return new ManagedPaths(List.of(), managed.shared()).excludedDirectories();
    }

    private static long stagedBytes(FileOperation operation) {
        boolean alreadyThere = operation
                .entryBefore()
                .filter(before ->
                        operation.entryAfter().filter(before::sameContent).isPresent())
                .isPresent();
        return !alreadyThere && operation.entryAfter().orElse(null) instanceof FileEntry file ? file.size() : 0;
    }
}
