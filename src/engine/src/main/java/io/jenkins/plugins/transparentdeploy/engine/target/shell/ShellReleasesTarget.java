package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.Json;
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
import io.jenkins.plugins.transparentdeploy.engine.target.ReleaseLabel;
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
public final class ShellReleasesTarget implements PrunableTarget {
    private static final List<Class<? extends Operation>> OWN_OPERATIONS =
            List.of(PopulateRelease.class, RemoveRelease.class, SwitchLink.class);

    private final Path root;
    private final ManagedPaths managed;
    private final SnapshotStore store;
    private final int keep;
    private final Ownership ownership;
    private final HostDirectory directory;
    private final HostReleases releases;
    /** As it was when it was checked. */
    private volatile boolean noexec;

    private volatile boolean owned;

    /**
     * @param root absolute path on the host
     * @param store on this machine
     * @param keep how many releases {@link #prune} leaves, at least 1
     * @throws RefusedException if a shared pattern cannot be a link, a pattern cannot be matched there, the path is not
     *     absolute, extended attributes are asked for, or {@code keep} is less than 1
     */
    public ShellReleasesTarget(
            RemoteShell shell, Path root, ManagedPaths managed, SnapshotStore store, int keep, Ownership ownership) {
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
        this.store = store;
        this.keep = keep;
        this.ownership = ownership;
        this.releases = new HostReleases(directory, managed, store, ownership);
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
        HostFacts facts = look("");
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
        look("").requireSpace(bytes);
    }

    @Override
    public Manifest managedPart(Manifest manifest) {
        return managed.managedPart(manifest);
    }

    /** As the interface says; what {@code current} leads to. Content that the store lacks is fetched. */
    @Override
    public Manifest capture() throws IOException {
        HostFacts facts = look(HostReleases.LIVE_ONLY);
        if (facts.live().isEmpty()) {
            store.save(Manifest.EMPTY);
            return Manifest.EMPTY;
        }
        return capture(facts, facts.live().get());
    }

    @Override
    public Delta plan(Manifest wanted) throws IOException {
        HostFacts facts = look(HostReleases.LIVE_ONLY);
        Manifest attainable = facts.dialect().attainable(managedPart(wanted));
        return Delta.between(scanLive(facts, List.of(attainable)).tree().comparableTo(attainable), attainable);
    }

    @Override
    public Delta apply(String instance, Manifest wanted, String releaseId, Journal journal) throws IOException {
        ReleaseDirectory.requireName(releaseId);
        Manifest mine = managedPart(wanted).withoutOwners();
        try (Change change = begin(releaseId, mine.contentRoot().toString())) {
            HostFacts facts = change.facts();
            Manifest attainable = facts.dialect().attainable(mine);
            settle(journal, releaseId, instance, facts);
            HostReleases.Found live = scanLive(facts, List.of(attainable));
            Delta delta = Delta.between(live.tree().comparableTo(attainable), attainable);
            if (attainable.isEmpty()) {
                switchTo(change, Optional.empty(), instance, journal);
            } else if (!delta.isEmpty() || facts.live().isEmpty()) {
                Optional<String> existing = find(facts, attainable, releaseId);
                if (existing.isPresent()) {
                    switchTo(change, existing.map(ShellReleasesTarget::linkTo), instance, journal);
                } else {
                    populate(change, instance, attainable, releaseId, live.all(), journal);
                }
            }
            journal.sync();
            return delta;
        }
    }

    @Override
    public List<Drift> drift(Manifest... acceptable) throws IOException {
        HostFacts facts = look(HostReleases.LIVE_ONLY);
        List<Manifest> mine = Arrays.stream(acceptable)
                .map(manifest -> facts.dialect().attainable(managedPart(manifest)))
                .toList();
        return Drift.between(scanLive(facts, mine).tree(), mine);
    }

    @Override
    public List<String> prune(String instance, Set<String> retained, Journal journal) throws IOException {
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

    private HostFacts look(String want) throws IOException {
        HostFacts facts = releases.look(want);
        facts.requireUsable();
        return facts;
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

    private void populate(
            Change change, String instance, Manifest wanted, String releaseId, Manifest live, Journal journal)
            throws IOException {
        HostFacts facts = change.facts();
        facts.requireSpace(wanted.totalBytes());
        ContentId manifest = store.save(wanted);
        new ReleaseFiller(releases, managed, store).fill(change.token(), facts, wanted, live);
        String name = unused(facts, releaseId);
        List<Intent> intents = journal.intend(List.of(
                new PopulateRelease(instance, name, manifest),
                new SwitchLink(instance, facts.link(), Optional.of(linkTo(name)))));
        change.commit(name, Json.MAPPER.writeValueAsString(ReleaseLabel.of(wanted)), Optional.of(linkTo(name)));
        for (Intent intent : intents) {
            journal.done(intent);
        }
    }

    private void switchTo(Change change, Optional<String> link, String instance, Journal journal) throws IOException {
        Optional<String> before = change.facts().link();
        if (before.equals(link)) {
            return;
        }
        Intent intent = journal.intend(new SwitchLink(instance, before, link));
        change.commit("", "", link);
        journal.done(intent);
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
        return Delta.between(found, wanted).isEmpty();
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

    private static String linkTo(String name) {
        return "releases/" + name;
    }
}
