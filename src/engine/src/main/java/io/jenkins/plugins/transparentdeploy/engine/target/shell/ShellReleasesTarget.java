package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
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
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.target.Drift;
import io.jenkins.plugins.transparentdeploy.engine.target.Interrupted;
import io.jenkins.plugins.transparentdeploy.engine.target.MountPoints;
import io.jenkins.plugins.transparentdeploy.engine.target.PrunableTarget;
import io.jenkins.plugins.transparentdeploy.engine.target.ReleaseDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A directory of releases behind one atomic link, on a host without Java; laid out as that of
 * {@link io.jenkins.plugins.transparentdeploy.engine.target.ReleasesTarget}, whose limits it shares. Content is kept in a
 * store of this machine. Owners are not kept: what is new belongs to who logs in, or, if that is root, to whom the target's
 * directory belongs. Times are to the second where the host's tools are.
 */
public final class ShellReleasesTarget implements PrunableTarget, Closeable {
    private static final List<Class<? extends Operation>> OWN_OPERATIONS =
            List.of(PopulateRelease.class, RemoveRelease.class, SwitchLink.class);

    private final Path root;
    private final ManagedPaths managed;
    private final ReleaseForms forms;
    private final SnapshotStore store;
    private final int keep;
    private final Ownership ownership;
    private final HostDirectory directory;
    private final HostReleases releases;
    /** As it was when it was checked. */
    private volatile boolean noexec;

    private volatile boolean owned;

    private Optional<PreparedRelease> staged = Optional.empty();

    /**
     * @param root absolute path on the host
     * @param store on this machine
     * @param keep how many releases {@link #prune} leaves, at least 1
     * @throws RefusedException if a shared pattern cannot be a link, a pattern cannot be matched there, the path is not
     *     absolute, extended attributes are asked for, or {@code keep} is less than 1
     */
    public ShellReleasesTarget(
            RemoteShell shell, Path root, ManagedPaths managed, SnapshotStore store, int keep, Ownership ownership) {
        this(shell, root, managed, new ReleaseForms(managed), store, keep, ownership);
    }

    /** The same, as one of several. @param forms of the same managed paths */
    public ShellReleasesTarget(
            RemoteShell shell,
            Path root,
            ManagedPaths managed,
            ReleaseForms forms,
            SnapshotStore store,
            int keep,
            Ownership ownership) {
        this.directory = new HostDirectory(shell, root.normalize().toString());
        if (keep < 1) {
            throw new RefusedException(
                    "The target " + directory.place() + " is to keep " + keep + " releases", "Keep at least 1");
        }
        if (!root.isAbsolute()) {
            throw new RefusedException(
                    "The path of the target " + directory.place() + " is not absolute",
                    "Write the whole path on the host");
        }
        if (managed.attributes()) {
            throw new RefusedException(
                    "The target " + directory.place()
                            + " is to keep extended attributes, which a host without Java cannot",
                    "Leave attributes: out, and let a hook set them");
        }
        managed.sharedPaths();
        this.root = root;
        this.managed = managed;
        this.forms = forms;
        this.store = store;
        this.keep = keep;
        this.ownership = ownership;
        this.releases = new HostReleases(directory, managed, forms, store, ownership);
    }

    @Override
    public String kind() {
        return "releases";
    }

    @Override
    public Path root() {
        return root;
    }

    @Override
    public void check() throws IOException {
        HostFacts facts = releases.glance();
        noexec = facts.noexec();
        owned = facts.hasOwner() && !ownership.takeOver();
        if (!ownership.takeOver()) {
            facts.requireOwner(ownership);
        }
    }

    /** As the interface says; nothing is asked where it was found to be this controller's already. */
    @Override
    public void claim() throws IOException {
        if (!owned) {
            begin("claim", "").close();
            owned = true;
        }
    }

    @Override
    public List<String> warnings() {
        return noexec ? List.of(MountPoints.noexec(directory.place())) : List.of();
    }

    @Override
    public void requireSpace(long bytes) throws IOException {
        releases.look().requireSpace(bytes);
    }

    @Override
    public Manifest managedPart(Manifest manifest) {
        return managed.managedPart(manifest);
    }

    /** As the interface says; what {@code current} leads to. Content that the store lacks is fetched. */
    @Override
    public Manifest capture() throws IOException {
        HostFacts facts = releases.look();
        if (facts.live().isEmpty()) {
            store.save(Manifest.EMPTY);
            return Manifest.EMPTY;
        }
        return capture(facts, facts.live().get());
    }

    @Override
    public Delta plan(Manifest wanted) throws IOException {
        HostFacts facts = releases.look();
        Manifest attainable = forms.attainable(wanted, facts.dialect());
        return forms.delta(scanLive(facts, List.of(attainable)).tree().comparableTo(attainable), attainable);
    }

    /** As the interface says; what was staged before for another release, or other content, is removed. */
    @Override
    public void stage(String instance, Manifest wanted, String releaseId) throws IOException {
        close();
        staged = Optional.of(prepare(wanted, releaseId));
    }

    @Override
    public Delta apply(String instance, Manifest wanted, String releaseId, Journal journal) throws IOException {
        try (PreparedRelease prepared = staged(wanted, releaseId)) {
            settle(journal, releaseId, instance, prepared.facts());
            return prepared.apply(instance, journal);
        }
    }

    private PreparedRelease staged(Manifest wanted, String releaseId) throws IOException {
        Optional<PreparedRelease> before = staged.filter(prepared ->
                prepared.is(releaseId, forms.attainable(wanted, prepared.facts().dialect())));
        if (before.isPresent()) {
            staged = Optional.empty();
            return before.get();
        }
        close();
        return prepare(wanted, releaseId);
    }

    @Override
    public void close() {
        staged.ifPresent(PreparedRelease::close);
        staged = Optional.empty();
    }

    private PreparedRelease prepare(Manifest wanted, String releaseId) throws IOException {
        ReleaseDirectory.requireName(releaseId);
        Optional<HostFacts> glanced = releases.glanced();
        // Of times and owners it says nothing, so what the host's tools are is no matter.
        String root = forms.attainable(wanted, Dialect.FULL).contentRoot().toString();
        Change change = begin(releaseId, glanced.isPresent() ? HostReleases.NOT_LIVE + root : root);
        try {
            return prepare(change, glanced, wanted, releaseId);
        } catch (IOException | RuntimeException e) {
            change.close();
            throw e;
        }
    }

    /** @param glanced what was there a moment ago, with the digest of what was live */
    private PreparedRelease prepare(Change change, Optional<HostFacts> glanced, Manifest release, String releaseId)
            throws IOException {
        HostFacts facts = change.facts();
        Manifest wanted = forms.attainable(release, facts.dialect());
        Optional<HostFacts.Release> seen = glanced.flatMap(HostFacts::live).filter(before -> facts.live()
                .filter(now -> now.digest().isEmpty() && now.name().equals(before.name()))
                .isPresent());
        HostReleases.Found live =
                seen.isPresent() ? releases.scan(facts, seen.get(), List.of(wanted)) : scanLive(facts, List.of(wanted));
        Delta delta = forms.delta(live.tree().comparableTo(wanted), wanted);
        if (delta.isEmpty() && seen.isPresent()) {
            // That nothing is to be done is not taken from a moment ago.
            live = scanLive(facts, List.of(wanted));
            delta = forms.delta(live.tree().comparableTo(wanted), wanted);
        }
        return new PreparedRelease(
                releases, change, releaseId, wanted, delta, step(change, wanted, releaseId, live.all(), delta));
    }

    private PreparedRelease.Step step(Change change, Manifest wanted, String releaseId, Manifest live, Delta delta)
            throws IOException {
        HostFacts facts = change.facts();
        if (wanted.isEmpty()) {
            return new PreparedRelease.Step.Switch(Optional.empty());
        }
        if (delta.isEmpty() && facts.live().isPresent()) {
            return new PreparedRelease.Step.Nothing();
        }
        Optional<String> existing = find(facts, wanted, releaseId);
        if (existing.isPresent()) {
            return new PreparedRelease.Step.Switch(existing.map(PreparedRelease::linkTo));
        }
        facts.requireSpace(wanted.totalBytes());
        ContentId manifest = store.save(wanted);
        TreeEvidence evidence = new ReleaseFiller(releases, forms, store).fill(change.token(), facts, wanted, live);
        return new PreparedRelease.Step.Populate(unused(facts, releaseId), manifest, evidence);
    }

    @Override
    public List<Drift> drift(Manifest... acceptable) throws IOException {
        HostFacts facts = releases.look();
        List<Manifest> mine = Arrays.stream(acceptable)
                .map(manifest -> forms.attainable(manifest, facts.dialect()))
                .toList();
        return Drift.between(scanLive(facts, mine).tree(), mine);
    }

    @Override
    public List<String> prune(String instance, Set<String> retained, Journal journal) throws IOException {
        boolean few =
                releases.last().filter(facts -> facts.releases().size() <= keep).isPresent();
        if (few) {
            return List.of();
        }
        close();
        try (Change change = begin("prune", "")) {
            HostFacts facts = change.facts();
            List<HostFacts.Release> old = facts.releases().stream()
                    .skip(keep)
                    .filter(release -> !retained.contains(release.name()))
                    .filter(release -> facts.live().filter(release::equals).isEmpty())
                    .toList();
            if (old.isEmpty()) {
                return List.of();
            }
            List<Operation> operations = new ArrayList<>();
            for (HostFacts.Release release : old) {
                operations.add(new RemoveRelease(instance, release.name(), manifestOf(facts, release)));
            }
            List<Intent> intents = journal.intend(operations);
            List<String> names = old.stream().map(HostFacts.Release::name).toList();
            change.remove(names);
            for (Intent intent : intents) {
                journal.done(intent);
            }
            journal.sync();
            return names;
        }
    }

    private Change begin(String name, String want) throws IOException {
        String token = name + "-" + UUID.randomUUID().toString().substring(0, 8);
        Change change = new Change(releases, token, releases.begin(token, want));
        try {
            change.facts().requireUsable();
            change.facts().requireOwner(ownership);
            change.facts().requireRename();
            return change;
        } catch (IOException | RuntimeException e) {
            change.close();
            throw e;
        }
    }

    /** A directory that holds exactly this; the release's own if it does, else the youngest. */
    private Optional<String> find(HostFacts facts, Manifest wanted, String releaseId) throws IOException {
        Optional<String> found = Optional.empty();
        List<HostFacts.Release> unlabelled = new ArrayList<>();
        for (HostFacts.Release release : facts.releases()) {
            if (release.label().isEmpty()) {
                unlabelled.add(release);
            } else if (release.saysToHave(wanted.contentRoot())
                    && (found.isEmpty() || release.name().equals(releaseId))
                    && holds(facts, release, wanted)) {
                found = Optional.of(release.name());
            }
        }
        return found.isPresent() || unlabelled.isEmpty() ? found : find(facts.dialect(), wanted, unlabelled);
    }

    /** Among directories that another tool made. */
    private Optional<String> find(Dialect dialect, Manifest wanted, List<HostFacts.Release> unlabelled)
            throws IOException {
        List<String> names = unlabelled.stream().map(HostFacts.Release::name).toList();
        List<String> digests = releases.digests(dialect, names);
        for (int i = 0; i < Math.min(digests.size(), names.size()); i++) {
            if (releases.has(dialect, digests.get(i), wanted)) {
                return Optional.of(names.get(i));
            }
        }
        return Optional.empty();
    }

    private boolean holds(HostFacts facts, HostFacts.Release release, Manifest wanted) throws IOException {
        Manifest found = releases.scan(facts, release, List.of(wanted)).tree().comparableTo(wanted);
        return forms.delta(found, wanted).isEmpty();
    }

    private HostReleases.Found scanLive(HostFacts facts, List<Manifest> guesses) throws IOException {
        return facts.live().isEmpty()
                ? HostReleases.Found.NOTHING
                : releases.scan(facts, facts.live().get(), guesses);
    }

    private Manifest capture(HostFacts facts, HostFacts.Release release) throws IOException {
        Manifest manifest = releases.scan(facts, release, List.of()).tree().manifest();
        releases.store(release.name(), manifest);
        return manifest;
    }

    private ContentId manifestOf(HostFacts facts, HostFacts.Release release) throws IOException {
        return release.label().isPresent()
                ? release.label().get().manifest()
                : capture(facts, release).id();
    }

    @Override
    public void settle(String instance, String releaseId, Journal journal) throws IOException {
        settle(journal, releaseId, instance, releases.glance());
    }

    private static void settle(Journal journal, String releaseId, String instance, HostFacts facts) throws IOException {
        Interrupted.settle(journal, releaseId, instance, OWN_OPERATIONS, operation -> {
            if (operation instanceof SwitchLink link) {
                return facts.link().equals(link.after());
            }
            if (operation instanceof PopulateRelease populate) {
                return facts.release(populate.directory()).isPresent();
            }
            return operation instanceof RemoveRelease remove
                    && facts.release(remove.directory()).isEmpty();
        });
    }

    private static String unused(HostFacts facts, String releaseId) {
        String name = releaseId;
        for (int number = 2; facts.isTaken(name); number++) {
            name = releaseId + "-" + number;
        }
        return name;
    }
}
