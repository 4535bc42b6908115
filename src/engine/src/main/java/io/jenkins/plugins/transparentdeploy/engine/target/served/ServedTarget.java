package io.jenkins.plugins.transparentdeploy.engine.target.served;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Intent;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.PutState;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestPatch;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Parcel;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.target.Drift;
import io.jenkins.plugins.transparentdeploy.engine.target.Interrupted;
import io.jenkins.plugins.transparentdeploy.engine.target.PrunableTarget;
import io.jenkins.plugins.transparentdeploy.engine.target.shell.Ownership;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A target on a host with Java, as the control machine has it: every question goes to the {@link TargetService} there. What
 * is to be put, and what was captured, is in the store of the control machine too, so that a release can be archived, and
 * brought to a host that has lost its store.
 */
public final class ServedTarget implements PrunableTarget, Closeable {
    private final Place place;
    private final SnapshotStore store;
    private final ServiceConnection service;
    /** Of what was live when it was seen last; all its objects are on the host. */
    private Optional<Manifest> live = Optional.empty();

    private volatile List<String> warnings = List.of();
    /** What the host has been told of, or has told, since it was connected to. */
    private final Set<ContentId> known = new LinkedHashSet<>();

    /**
     * @param store of the control machine
     * @param program what is run on the host, found or brought there when the first question is asked
     * @param ownership whose target it is
     */
    public ServedTarget(
            RemoteShell shell, Place place, SnapshotStore store, ServiceProgram.Provider program, Ownership ownership) {
        this.place = place;
        this.store = store;
        this.service = new ServiceConnection(
                shell,
                program,
                new Question.Open(place, ownership.controller().value(), ownership.name(), ownership.takeOver()),
                known::clear);
    }

    @Override
    public String kind() {
        return place.kind().key();
    }

    @Override
    public Path root() {
        return Path.of(place.root());
    }

    @Override
    public void check() throws IOException {
        warnings = service.ask(new Question.Check(), Answer.Checked.class).warnings().stream()
                .map(warning -> service.host() + ": " + warning)
                .toList();
    }

    @Override
    public void claim() throws IOException {
        service.ask(new Question.Claim(), Answer.Done.class);
    }

    /** As it was when it was checked. */
    @Override
    public List<String> warnings() {
        return warnings;
    }

    @Override
    public void requireSpace(long bytes) throws IOException {
        service.ask(new Question.Space(bytes), Answer.Done.class);
    }

    @Override
    public Manifest managedPart(Manifest manifest) {
        return place.managed().managedPart(manifest);
    }

    @Override
    public synchronized Manifest capture() throws IOException {
        ContentId id = service.ask(new Question.Capture(), Answer.State.class).manifest();
        Manifest manifest = live.filter(seen -> seen.id().equals(id)).isPresent() ? live.get() : bring(id);
        known.add(id);
        live = Optional.of(manifest);
        return manifest;
    }

    /** Has the control machine's store have a manifest of the host's, with its objects. */
    private Manifest bring(ContentId id) throws IOException {
        Optional<Manifest> base = base();
        Manifest manifest;
        if (store.objects().contains(id)) {
            manifest = store.load(id);
        } else {
            ManifestPatch patch = service.ask(
                            new Question.GiveManifest(base.map(Manifest::id), id), Answer.ManifestIs.class)
                    .patch();
            if (!patch.id().equals(id)) {
                throw new IOException(service.host() + " gives the manifest " + patch.id() + " instead of " + id);
            }
            manifest = patch.applyTo(patch.base().isPresent() ? base.orElse(Manifest.EMPTY) : Manifest.EMPTY);
        }
        Set<ContentId> missing = new LinkedHashSet<>();
        for (FileEntry file : manifest.files()) {
            if (!store.objects().contains(file.content())) {
                missing.add(file.content());
            }
        }
        if (!missing.isEmpty()) {
            service.ask(
                    new Question.GiveObjects(missing),
                    ServiceConnection.Cargo.NONE,
                    Answer.Objects.class,
                    wire -> Parcel.read(wire.in(), missing, store));
        }
        store.save(manifest);
        return manifest;
    }

    /** A manifest that both sides have. */
    private Optional<Manifest> base() {
        return live.filter(manifest -> known.contains(manifest.id()));
    }

    @Override
    public synchronized Delta plan(Manifest wanted) throws IOException {
        Manifest mine = managedPart(wanted);
        tell(mine);
        return service.ask(new Question.Plan(mine.id()), Answer.Changes.class).delta();
    }

    @Override
    public synchronized Delta apply(String instance, Manifest wanted, String releaseId, Journal journal)
            throws IOException {
        Manifest mine = managedPart(wanted);
        Manifest before = capture();
        settle(journal, releaseId, instance, before);
        tell(mine);
        sendObjects(before, mine);
        Question.Apply apply = new Question.Apply(instance, mine.id(), releaseId);
        if (plan(mine).isEmpty()) {
            // The host has nothing to do but to settle what it may have left open.
            Delta none = service.ask(apply, Answer.Changes.class).delta();
            journal.sync();
            return none;
        }
        Intent intent = journal.intend(new PutState(instance, before.id(), store.save(mine)));
        Delta delta = service.ask(apply, Answer.Changes.class).delta();
        prove(mine);
        journal.done(intent);
        journal.sync();
        return delta;
    }

    private void prove(Manifest wanted) throws IOException {
        Manifest found = capture();
        List<Drift> differences = drift(wanted);
        if (!differences.isEmpty()) {
            throw new IOException("%s:%s has the content root %s, not %s; %s differs"
                    .formatted(
                            service.host(),
                            place.root(),
                            found.contentRoot(),
                            wanted.contentRoot(),
                            differences.get(0).path()));
        }
    }

    @Override
    public synchronized void settle(String instance, String releaseId, Journal journal) throws IOException {
        settle(journal, releaseId, instance, capture());
    }

    private void settle(Journal journal, String releaseId, String instance, Manifest found) throws IOException {
        Interrupted.settle(journal, releaseId, instance, List.of(PutState.class), operation -> store.load(
                        ((PutState) operation).after())
                .contentRoot()
                .equals(found.contentRoot()));
    }

    /** Has the host have a manifest. */
    private void tell(Manifest manifest) throws IOException {
        ContentId id = manifest.id();
        if (!known.contains(id)) {
            if (live.isEmpty()) {
                capture();
            }
            service.ask(new Question.TakeManifest(ManifestPatch.between(base(), manifest)), Answer.Done.class);
            known.add(id);
        }
    }

    private void sendObjects(Manifest before, Manifest wanted) throws IOException {
        Set<ContentId> there = new LinkedHashSet<>();
        before.files().forEach(file -> there.add(file.content()));
        Map<ContentId, FileEntry> needed = new HashMap<>();
        for (FileEntry file : wanted.files()) {
            if (!there.contains(file.content())) {
                needed.put(file.content(), file);
            }
        }
        List<ContentId> lacking = service.ask(new Question.Lacking(List.copyOf(needed.keySet())), Answer.Objects.class)
                .objects();
        Set<ContentId> sent = new LinkedHashSet<>(lacking);
        if (!needed.keySet().containsAll(sent)) {
            throw new RefusedException(
                    service.host() + " asks for content that the release does not have",
                    "Nothing was sent; see what runs there as this program");
        }
        if (!sent.isEmpty()) {
            for (ContentId id : sent) {
                store.objects().verify(id);
            }
            service.ask(
                    new Question.TakeObjects(sent),
                    wire -> Parcel.write(wire.out(), sent, store),
                    Answer.Done.class,
                    ServiceConnection.Cargo.NONE);
        }
    }

    @Override
    public synchronized List<Drift> drift(Manifest... acceptable) throws IOException {
        List<ContentId> ids = new ArrayList<>();
        for (Manifest manifest : acceptable) {
            Manifest mine = managedPart(manifest);
            tell(mine);
            ids.add(mine.id());
        }
        return service.ask(new Question.Drift(ids), Answer.Drifts.class).drifts();
    }

    /** As the interface says; of a directory in place, nothing. */
    @Override
    public synchronized List<String> prune(String instance, Set<String> retained, Journal journal) throws IOException {
        return service.ask(new Question.Prune(instance, retained), Answer.Removed.class)
                .names();
    }

    /**
     * Lets the host's store forget what only older releases need; whatever it lacks later it is sent again.
     *
     * @param needed the manifests that are kept
     */
    public synchronized void forget(Set<ContentId> needed) throws IOException {
        Set<ContentId> all = new LinkedHashSet<>(needed);
        live.map(Manifest::id).ifPresent(all::add);
        service.ask(new Question.Forget(all), Answer.Done.class);
        known.retainAll(all);
    }

    /** Ends the exchange with the host. */
    @Override
    public void close() {
        service.close();
    }
}
