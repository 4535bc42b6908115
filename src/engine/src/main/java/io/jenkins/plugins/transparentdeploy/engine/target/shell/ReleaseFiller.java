package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ScannedTree;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Fills the tree of a new release on a host, from a release that is there and with what that one lacks. */
final class ReleaseFiller {
    /** With what a base is said to have, and, if that was not so, with what is really there. */
    private static final int ATTEMPTS = 2;

    private final HostReleases releases;
    private final ReleaseForms forms;
    private final SnapshotStore store;

    /**
     * A directory to begin with a copy of.
     *
     * @param name of the directory, empty for none
     * @param manifest what the copy is taken to have
     */
    private record Base(String name, Manifest manifest) {
        static final Base NONE = new Base("", Manifest.EMPTY);
    }

    ReleaseFiller(HostReleases releases, ReleaseForms forms, SnapshotStore store) {
        this.releases = releases;
        this.forms = forms;
        this.store = store;
    }

    /**
     * Fills it; all of it is synced and proven on return.
     *
     * @param token of the change that was begun
     * @param live all that the live release holds
     * @return what the host says of the tree
     * @throws CorruptStateException if content is not in the store as it should be
     */
    TreeEvidence fill(String token, HostFacts facts, Manifest wanted, Manifest live) throws IOException {
        ReleaseTree tree = forms.tree(wanted);
        Dialect dialect = facts.dialect();
        Base base = base(facts, wanted, live);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            TreeEvidence evidence = send(token, facts, base, tree);
            if (evidence.digest().filter(forms.digest(wanted, dialect)::equals).isPresent()) {
                return evidence;
            }
            ScannedTree found = releases.list(dialect, token + ".partial/tree");
            if (forms.delta(found.comparableTo(wanted), wanted).isEmpty()) {
                return evidence;
            }
            base = new Base("", found.manifest());
        }
        throw new IOException(
                "What was written to " + releases.directory().place("releases") + " does not have the content root "
                        + wanted.contentRoot() + " with the modes and times that belong to it");
    }

    private TreeEvidence send(String token, HostFacts facts, Base base, ReleaseTree tree) throws IOException {
        Dialect dialect = facts.dialect();
        FillScripts scripts = new FillScripts(base.manifest(), tree, facts.ownerToGive());
        List<String> arguments = new ArrayList<>(List.of(
                token,
                base.name(),
                Integer.toString(scripts.before().length),
                Integer.toString(scripts.after().length),
                facts.ownerToGive().isPresent() ? "--numeric-owner" : "-o",
                dialect.time(),
                dialect.zeroOption(),
                dialect.gzipOption()));
        arguments.addAll(releases.unmanaged());
        byte[] answer;
        try (Upload upload = new Upload(store.objects(), scripts, dialect, facts.ownerToGive())) {
            try {
                answer = releases.directory().ask(HostScript.FILL, arguments, upload);
            } finally {
                rethrow(upload.failure());
            }
        }
        try {
            return TreeEvidence.of(Fact.all(answer, releases.directory()));
        } catch (NumberFormatException e) {
            throw Fact.strange(e.getMessage(), releases.directory());
        }
    }

    /** What kept the content from being read says more than what the host made of that. */
    private static void rethrow(Optional<Throwable> failure) throws IOException {
        if (failure.isPresent()) {
            if (failure.get() instanceof CorruptStateException corrupt) {
                throw corrupt;
            }
            throw new IOException("The content of a release could not be read", failure.get());
        }
    }

    /** The release that shares most. */
    private Base base(HostFacts facts, Manifest wanted, Manifest live) {
        Base best = Base.NONE;
        long most = 0;
        for (HostFacts.Release release : facts.releases()) {
            Optional<Manifest> content = facts.live().filter(release::equals).isPresent()
                    ? Optional.of(live)
                    : releases.labelled(release).map(said -> forms.tree(said).manifest());
            long shared = content.map(there -> shared(there, wanted)).orElse(0L);
            if (shared > most) {
                most = shared;
                best = new Base(release.name(), content.get());
            }
        }
        return best;
    }

    /** Bytes that are the same at the same paths; a file counts for something also when it is empty. */
    private static long shared(Manifest one, Manifest other) {
        long bytes = 0;
        for (ManifestEntry entry : other.entries()) {
            if (entry instanceof FileEntry file
                    && one.find(file.path()).orElse(null) instanceof FileEntry there
                    && there.content().equals(file.content())) {
                bytes += file.size() + 1;
            }
        }
        return bytes;
    }
}
