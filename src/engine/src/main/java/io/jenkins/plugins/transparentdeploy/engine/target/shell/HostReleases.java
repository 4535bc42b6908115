package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentIntake;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ScannedTree;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** The releases that are on a host: what is asked of it. */
final class HostReleases {
    /** Asks for the digest of the live release, and of no other. */
    static final String LIVE_ONLY = "-";

    /** Before a content root: of releases that are said to have it, and not of the live one. */
    static final String NOT_LIVE = "=";

    private static final int ATTEMPTS = 3;

    /** How long a glance counts: what is asked about a host in a row, before anything is done there, is one look. */
    private static final Duration GLANCE = Duration.ofSeconds(30);

    private final HostDirectory directory;
    private final ManagedPaths managed;
    private final ReleaseForms forms;
    private final SnapshotStore store;
    private final Ownership ownership;
    private final List<String> unmanaged;
    private final HostIndex index;
    private Optional<HostFacts> last = Optional.empty();
    private Optional<HostFacts> glance = Optional.empty();
    private long glancedAt;
    private String tools = "";

    HostReleases(
            HostDirectory directory,
            ManagedPaths managed,
            ReleaseForms forms,
            SnapshotStore store,
            Ownership ownership) {
        this.directory = directory;
        this.managed = managed;
        this.forms = forms;
        this.store = store;
        this.ownership = ownership;
        this.unmanaged = FindExpression.of(managed);
        this.index = new HostIndex(store, directory.place());
    }

    HostDirectory directory() {
        return directory;
    }

    /** The expression of {@code find} for what is not managed, which scripts have as their last arguments. */
    List<String> unmanaged() {
        return unmanaged;
    }

    /** Looks at what is there, at the live release above all; changes nothing. What is asked next may go by that. */
    HostFacts glance() throws IOException {
        HostFacts facts = lookAgain();
        glance = Optional.of(facts);
        glancedAt = System.nanoTime();
        return facts;
    }

    /** What was there at the last glance, if nothing was done since and it is no longer ago than a glance counts. */
    Optional<HostFacts> glanced() {
        return glance.filter(facts -> System.nanoTime() - glancedAt < GLANCE.toNanos());
    }

    /** What is there, with the digest of the live release; changes nothing. */
    HostFacts look() throws IOException {
        Optional<HostFacts> before = glanced();
        return before.isPresent() ? before.get() : lookAgain();
    }

    private HostFacts lookAgain() throws IOException {
        HostFacts facts = look("", LIVE_ONLY);
        facts.requireUsable();
        return facts;
    }

    /** What was there when somebody looked last; empty when something was done since. */
    Optional<HostFacts> last() {
        return last;
    }

    /** Begins a change, if nothing speaks against it, which the caller finds out. From then on none that was begun before can end. */
    HostFacts begin(String token, String want) throws IOException {
        glance = Optional.empty();
        return look(token, want);
    }

    /** Something was done there: nothing that was seen counts any more. */
    void forget() {
        glance = Optional.empty();
        last = Optional.empty();
    }

    /** @param want the content root of releases whose digests are asked for, {@link #LIVE_ONLY}, or empty for none */
    private HostFacts look(String token, String want) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                token,
                ownership.controller().value(),
                ownership.name(),
                ownership.takeOver() ? "yes" : "",
                want,
                index.signatures(),
                tools));
        arguments.addAll(unmanaged);
        HostFacts facts = new HostFacts(directory.ask(HostScript.LOOK, arguments), directory, index);
        tools = facts.tools();
        last = Optional.of(facts);
        return facts;
    }

    /** What a release that was filled and named just now is known by. */
    void learn(String name, TreeEvidence evidence, Dialect dialect) {
        index.learn(name, evidence, dialect, true);
    }

    /**
     * What a release directory holds.
     *
     * @param tree as it is to be compared and kept
     * @param all every directory, file and link that a copy would have
     */
    record Found(ScannedTree tree, Manifest all) {
        static final Found NOTHING = new Found(new ScannedTree(Manifest.EMPTY, Set.of(), Set.of()), Manifest.EMPTY);
    }

    /**
     * What a release directory holds. If its digest is that of what its label names, or of a guess, nothing is listed.
     *
     * @param guesses as the host could have them
     */
    Found scan(HostFacts facts, HostFacts.Release release, List<Manifest> guesses) throws IOException {
        if (release.digest().isPresent()) {
            List<Manifest> candidates = new ArrayList<>(guesses);
            labelled(release).ifPresent(candidates::add);
            for (Manifest candidate : candidates) {
                if (has(facts.dialect(), release.digest().get(), candidate)) {
                    ScannedTree tree = new ScannedTree(candidate, Set.of(), Set.of());
                    return new Found(tree, forms.tree(candidate).manifest());
                }
            }
        }
        ScannedTree tree = list(facts.dialect(), release.name());
        return new Found(tree, tree.manifest());
    }

    /** Whether this is the digest of a release directory with just that. */
    boolean has(Dialect dialect, String digest, Manifest release) {
        return forms.digest(release, dialect).equals(digest);
    }

    /** The manifest that a label names, if the store has it; what is really there is another question. */
    Optional<Manifest> labelled(HostFacts.Release release) {
        return release.label().flatMap(label -> {
            try {
                return store.objects().contains(label.manifest())
                        ? Optional.of(store.load(label.manifest()))
                        : Optional.empty();
            } catch (IOException | CorruptStateException e) {
                // It is only a help.
                return Optional.empty();
            }
        });
    }

    /** All that is in a directory below {@code releases/}, read file by file. */
    ScannedTree list(Dialect dialect, String name) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of(name, dialect.time(), dialect.zeroOption(), dialect.gzipOption()));
        arguments.addAll(unmanaged);
        String place = directory.place("releases/" + name);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            byte[] answer = directory.ask(HostScript.LIST, arguments);
            byte[] plain = dialect.gzip() ? unzip(answer) : answer;
            Optional<ScannedTree> tree = new TreeListing(plain, place, managed).read();
            if (tree.isPresent()) {
                return tree.get();
            }
        }
        throw new IOException(
                place + " changes while it is read; if the application writes there, add it to exclude: of the target");
    }

    /** The digests of some releases, in this order. */
    List<String> digests(Dialect dialect, List<String> names) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of(dialect.time(), dialect.zeroOption(), String.join("/", names)));
        arguments.addAll(unmanaged);
        byte[] answer = directory.ask(HostScript.DIGESTS, arguments);
        List<String> digests = new ArrayList<>();
        for (String said : new String(answer, StandardCharsets.UTF_8).split("\0")) {
            if (said.startsWith("release=")) {
                digests.add("none");
            } else if (said.startsWith("digest=") && !digests.isEmpty()) {
                digests.set(digests.size() - 1, TreeEvidence.spelled(said.substring("digest=".length())));
            }
        }
        return digests;
    }

    /** Stores a manifest of what is in a release directory, and fetches what content is not in the store yet. */
    void store(String name, Manifest manifest) throws IOException {
        forms.store(manifest, () -> storeWhatIsMissing(name, manifest));
    }

    private void storeWhatIsMissing(String name, Manifest manifest) throws IOException {
        List<FileEntry> missing = new ArrayList<>();
        Set<ContentId> known = new HashSet<>();
        for (FileEntry file : manifest.files()) {
            if (known.add(file.content()) && !store.objects().contains(file.content())) {
                missing.add(file);
            }
        }
        if (missing.isEmpty()) {
            store.save(manifest);
            return;
        }
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        for (FileEntry file : missing) {
            names.writeBytes(("./" + file.path() + '\0').getBytes(StandardCharsets.UTF_8));
        }
        try (ContentIntake intake = store.intake(missing)) {
            fetch(name, names.toByteArray(), intake);
            intake.commit(manifest);
        }
    }

    private void fetch(String name, byte[] names, OutputStream contents) throws IOException {
        ByteArrayInputStream input = new ByteArrayInputStream(names);
        directory.run(HostScript.FETCH, List.of(name), input, contents);
    }

    private static byte[] unzip(byte[] answer) throws IOException {
        try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(answer))) {
            byte[] bytes = plain.readNBytes(HostDirectory.MOST);
            if (plain.read() >= 0) {
                throw new IOException("An answer of more than " + HostDirectory.MOST + " bytes");
            }
            return bytes;
        }
    }
}
