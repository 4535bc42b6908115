package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Intent;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.PopulateRelease;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.RemoveRelease;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.SwitchLink;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ScannedTree;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A directory of releases behind one atomic link:
 *
 * <pre>
 * root/releases/&lt;id&gt;/    one release each, never changed once it is there
 * root/shared/…         what {@code shared:} names, linked into every release
 * root/current          → releases/&lt;id&gt;, switched by one rename
 * </pre>
 *
 * <p>Applying what an existing release directory still holds, as a rollback does, only switches the link. Limits: shared
 * patterns are plain paths ({@code logs/**} or {@code conf/local.properties}); what an artifact has at a shared or excluded
 * path is left out, not used to fill it; excluded paths are a release's own and go away with it; a process that has
 * resolved {@code current} keeps using the release it resolved until it is restarted or reloaded.
 */
public final class ReleasesTarget implements PrunableTarget {
    private static final List<Class<? extends Operation>> OWN_OPERATIONS =
            List.of(PopulateRelease.class, RemoveRelease.class, SwitchLink.class);

    private final ReleasesLayout layout;
    private final ManagedPaths managed;
    private final SnapshotStore store;
    private final int keep;

    /**
     * @param store on the filesystem of the root, and not in {@code releases/} or {@code shared/}
     * @param keep how many releases {@link #prune} leaves, at least 1
     * @throws RefusedException if a shared pattern cannot be a link, or {@code keep} is less than 1
     */
    public ReleasesTarget(Path root, ManagedPaths managed, SnapshotStore store, int keep) {
        if (keep < 1) {
            throw new RefusedException("The target " + root + " is to keep " + keep + " releases", "Keep at least 1");
        }
        managed.sharedPaths();
        this.layout = new ReleasesLayout(root.toAbsolutePath().normalize());
        this.managed = managed;
        this.store = store;
        this.keep = keep;
    }

    @Override
    public String kind() {
        return "releases";
    }

    @Override
    public Path root() {
        return layout.root();
    }

    @Override
    public void check() throws IOException {
        Preflight.check(layout.root(), store);
        for (Path directory : List.of(layout.releases(), layout.shared())) {
            if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                    throw new RefusedException(
                            directory + " is not a directory", "Move it away; the target needs that name");
                }
                Preflight.requireWritable(directory);
            }
        }
        layout.live();
    }

    @Override
    public List<String> warnings() throws IOException {
        return MountPoints.warnings(layout.root());
    }

    @Override
    public void requireSpace(long bytes) throws IOException {
        Preflight.requireSpace(layout.root(), store, bytes);
    }

    @Override
    public Manifest managedPart(Manifest manifest) {
        return managed.managedPart(manifest);
    }

    /** As the interface says; what {@code current} leads to. */
    @Override
    public Manifest capture() throws IOException {
        Optional<ReleaseDirectory> live = layout.live();
        if (live.isEmpty()) {
            store.save(Manifest.EMPTY);
            return Manifest.EMPTY;
        }
        return store.capture(live.get().path(), managed);
    }

    @Override
    public Delta plan(Manifest wanted) throws IOException {
        Manifest attainable = attainable(wanted);
        return Delta.between(scanLive().comparableTo(attainable), attainable);
    }

    @Override
    public Delta apply(String instance, Manifest wanted, String releaseId, Journal journal) throws IOException {
        check();
        ReleaseDirectory.requireName(releaseId);
        Manifest attainable = attainable(wanted);
        settle(instance, releaseId, journal);
        layout.removePartial();
        Delta delta = Delta.between(scanLive().comparableTo(attainable), attainable);
        if (attainable.isEmpty()) {
            switchTo(Optional.empty(), instance, journal);
        } else if (!delta.isEmpty() || layout.live().isEmpty()) {
            Optional<ReleaseDirectory> existing = find(attainable, releaseId);
            ReleaseDirectory release =
                    existing.isPresent() ? existing.get() : populate(instance, attainable, releaseId, journal);
            switchTo(Optional.of(layout.linkTo(release)), instance, journal);
        }
        journal.sync();
        return delta;
    }

    @Override
    public List<Drift> drift(Manifest... acceptable) throws IOException {
        return Drift.between(
                scanLive(), Arrays.stream(acceptable).map(this::managedPart).toList());
    }

    @Override
    public List<String> prune(String instance, Set<String> retained, Journal journal) throws IOException {
        layout.removePartial();
        Optional<String> live = layout.live().map(ReleaseDirectory::name);
        List<ReleaseDirectory> old = layout.all().stream()
                .skip(keep)
                .filter(release -> !retained.contains(release.name()))
                .filter(release -> !live.equals(Optional.of(release.name())))
                .toList();
        List<String> removed = new ArrayList<>();
        List<String> mounted = new ArrayList<>();
        for (ReleaseDirectory release : old) {
            List<String> inIt = MountPoints.below(release.path().toRealPath());
            if (inIt.isEmpty()) {
                Intent intent = journal.intend(new RemoveRelease(instance, release.name(), manifestOf(release)));
                store.forget(release.path());
                release.remove();
                journal.done(intent);
                removed.add(release.name());
            }
            mounted.addAll(inIt);
        }
        journal.sync();
        requireNone(mounted);
        return removed;
    }

    /** What is mounted in a release's own paths is somebody's data, and was never the release's. */
    private static void requireNone(List<String> mounted) {
        if (!mounted.isEmpty()) {
            throw new RefusedException(
                    "Something is mounted in an old release, at " + String.join(", ", mounted),
                    "Unmount it; the next release then removes the directory. Mount it below 'shared/' instead");
        }
    }

    private void switchTo(Optional<String> link, String instance, Journal journal) throws IOException {
        Optional<String> before = layout.currentLink();
        if (before.equals(link)) {
            return;
        }
        Intent intent = journal.intend(new SwitchLink(instance, before, link));
        layout.switchTo(link);
        if (!layout.currentLink().equals(link)) {
            throw new IOException(layout.current() + " was switched, but somebody switched it to something else");
        }
        journal.done(intent);
    }

    private ReleaseDirectory populate(String instance, Manifest wanted, String releaseId, Journal journal)
            throws IOException {
        requireSpace(wanted.totalBytes());
        DurableFiles.createDirectories(layout.releases());
        ReleaseDirectory release = unusedDirectory(releaseId);
        ContentId manifest = store.save(wanted);
        try {
            new ReleaseWriter(layout, managed, store, Account.current(store)).write(wanted, release.partial());
            if (!holds(release.partial(), wanted)) {
                throw new IOException("What was written to " + release.partial() + " does not have the content root "
                        + wanted.contentRoot());
            }
            Intent intent = journal.intend(new PopulateRelease(instance, release.name(), manifest));
            DurableFiles.moveInto(release.partial(), release.path());
            release.label(wanted);
            journal.done(intent);
        } finally {
            store.forget(release.partial());
            DurableFiles.deleteTree(release.partial());
        }
        return release;
    }

    /** A directory that holds exactly this; the release's own if it does, else the youngest. */
    private Optional<ReleaseDirectory> find(Manifest wanted, String releaseId) throws IOException {
        Optional<ReleaseDirectory> found = Optional.empty();
        for (ReleaseDirectory release : layout.all()) {
            boolean candidate = release.label()
                    .map(label -> label.contentRoot().equals(wanted.contentRoot()))
                    .orElse(true);
            if (candidate && (found.isEmpty() || release.name().equals(releaseId)) && holds(release.path(), wanted)) {
                found = Optional.of(release);
            }
        }
        return found;
    }

    private boolean holds(Path directory, Manifest wanted) throws IOException {
        Manifest found = store.scan(directory, managed).comparableTo(wanted);
        return Delta.between(found, wanted).isEmpty();
    }

    private ReleaseDirectory unusedDirectory(String releaseId) {
        ReleaseDirectory release = layout.release(releaseId);
        for (int number = 2; Files.exists(release.path(), LinkOption.NOFOLLOW_LINKS); number++) {
            release = layout.release(releaseId + "-" + number);
        }
        return release;
    }

    private ScannedTree scanLive() throws IOException {
        Optional<ReleaseDirectory> live = layout.live();
        return live.isEmpty()
                ? new ScannedTree(Manifest.EMPTY, Set.of(), Set.of())
                : store.scan(live.get().path(), managed);
    }

    private ContentId manifestOf(ReleaseDirectory release) throws IOException {
        Optional<ReleaseLabel> label = release.label();
        return label.isPresent()
                ? label.get().manifest()
                : store.capture(release.path(), managed).id();
    }

    @Override
    public void settle(String instance, String releaseId, Journal journal) throws IOException {
        Interrupted.settle(journal, releaseId, instance, OWN_OPERATIONS, operation -> {
            if (operation instanceof SwitchLink link) {
                return layout.currentLink().equals(link.after());
            }
            if (operation instanceof PopulateRelease populate) {
                return Files.isDirectory(layout.release(populate.directory()).path());
            }
            return operation instanceof RemoveRelease remove
                    && !Files.exists(layout.release(remove.directory()).path());
        });
    }

    private Manifest attainable(Manifest wanted) throws IOException {
        Manifest mine = managedPart(wanted);
        return Account.current(store).isRoot() ? mine : mine.withoutOwners();
    }
}
