package io.jenkins.plugins.transparentdeploy.engine.target.ansible;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.CommandResult;
import io.jenkins.plugins.transparentdeploy.engine.journal.Reversibility;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.target.Drift;
import io.jenkins.plugins.transparentdeploy.engine.target.StagedTree;
import io.jenkins.plugins.transparentdeploy.engine.target.ansible.AnsiblePlaybook.Outcome;
import io.jenkins.plugins.transparentdeploy.engine.target.command.CapturedState;
import io.jenkins.plugins.transparentdeploy.engine.target.command.CommandRunner;
import io.jenkins.plugins.transparentdeploy.engine.target.command.CommandRunner.Coming;
import io.jenkins.plugins.transparentdeploy.engine.target.command.Marker;
import io.jenkins.plugins.transparentdeploy.engine.target.command.RememberingTarget;
import io.jenkins.plugins.transparentdeploy.engine.target.command.TargetCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hosts that a playbook brings releases to. Going back runs the playbook of the release that comes back, as it was, with its
 * variables and content; or, where the release that goes has a playbook that takes it back, that one.
 */
public final class AnsibleTarget extends RememberingTarget {
    private static final Path ANYWHERE = Path.of("/");
    private static final Duration LOOK_UP = Duration.ofMinutes(1);
    private static final Pattern VERSION = Pattern.compile("core (\\d+)\\.(\\d+)");
    private static final int MOST_LINES = 200;

    private final String instance;
    private final AnsibleSettings settings;
    private final PlaybookDirectory directory;
    private final Consumer<PlaybookRun> played;
    private final Consumer<Captured> captured;
    /** What has been captured and is not in the store yet. */
    private Optional<AnsibleCapture> begun = Optional.empty();
    /** It takes a second to ask, and does not change while a process runs. */
    private boolean installed;

    /**
     * @param instance name of the instance
     * @param settings of a new release
     * @param directory where the playbook of a new release is
     * @param memory see {@link RememberingTarget}
     * @param played is told of every playbook that was run for a release
     * @param captured is told of what was captured before one
     */
    public AnsibleTarget(
            String instance,
            AnsibleSettings settings,
            PlaybookDirectory directory,
            SnapshotStore store,
            CommandRunner runner,
            Path memory,
            Consumer<PlaybookRun> played,
            Consumer<Captured> captured) {
        super(store, runner, memory);
        this.instance = instance;
        this.settings = settings;
        this.directory = directory;
        this.played = played;
        this.captured = captured;
    }

    @Override
    public String kind() {
        return "ansible";
    }

    @Override
    public Path root() {
        return ANYWHERE;
    }

    @Override
    public void check() throws IOException {
        if (!installed) {
            requireAnsible();
            installed = true;
        }
    }

    private void requireAnsible() throws IOException {
        Optional<String> version = uninterrupted(() -> AnsiblePlaybook.version(
                runner,
                new TargetCommand(
                        List.of(AnsiblePlaybook.PROGRAM),
                        settings.environment(),
                        settings.environmentFile().map(Path::of),
                        ANYWHERE,
                        LOOK_UP)));
        if (version.isEmpty()) {
            throw new RefusedException(
                    "There is no Ansible here: 'ansible-playbook --version' does not run",
                    "Install it where releases are brought from: 'apt-get install ansible-core', or with pip, and see that"
                            + " it is in the PATH");
        }
        Matcher core = VERSION.matcher(version.get());
        if (core.find() && Integer.parseInt(core.group(1)) == 2 && Integer.parseInt(core.group(2)) < 11) {
            throw new RefusedException(
                    "The Ansible here is version " + core.group(1) + "." + core.group(2), "Install 2.11 or newer");
        }
    }

    @Override
    public Manifest released(Manifest content) throws IOException {
        Marker.refuseIn(content);
        List<String> playbooks = new ArrayList<>(List.of(settings.playbook()));
        settings.rollback().ifPresent(playbooks::add);
        settings.capture().ifPresent(playbooks::add);
        List<String> named = new ArrayList<>(playbooks);
        settings.inventory().ifPresent(named::add);
        Manifest release = new AnsibleRelease(settings, content, directory.keep(store, named)).manifest(store);
        try (StagedTree files = StagedTree.of(release.in(AnsibleRelease.PLAYBOOK), store)) {
            AnsiblePlaybook ansible = new AnsiblePlaybook(store, runner, settings, files.directory());
            CommandResult result = uninterrupted(() -> ansible.checkSyntax(playbooks));
            if (!result.succeeded()) {
                throw new RefusedException(
                        "Ansible does not understand the playbook" + (playbooks.size() > 1 ? "s " : " ")
                                + String.join(", ", playbooks)
                                + result.lastWords()
                                        .replace(
                                                files.directory().toString(),
                                                directory.path().toString()),
                        "Mend it; 'ansible-playbook --syntax-check' says the same");
            }
        }
        return release;
    }

    @Override
    public List<String> warnings() throws IOException {
        return live().isPresent() || settings.rollback().isPresent()
                ? List.of()
                : List.of("there is nothing to go back to before the first release, for no playbook is named as"
                        + " 'rollback': if it fails, what it did until then stays");
    }

    @Override
    public List<String> outlook(Manifest wanted, String version) throws IOException {
        if (CapturedState.is(wanted) || wanted.isEmpty()) {
            return List.of();
        }
        AnsibleRelease release = AnsibleRelease.of(wanted, store);
        if (!release.settings().check()) {
            return List.of();
        }
        try (StagedTree files = StagedTree.of(wanted, store)) {
            Outcome outcome = tryOut(release, files.directory(), new Coming(Optional.empty(), version, false, false));
            List<String> lines = new ArrayList<>();
            outcome.failure(release.settings()).ifPresent(failure -> lines.add("the trial run " + failure));
            outcome.events().changes().stream()
                    .limit(MOST_LINES)
                    .forEach(task -> lines.add(task.host() + ": '" + task.name() + "' would change"
                            + (task.paths().isEmpty() ? "" : " " + String.join(", ", task.paths()))));
            outcome.events().hosts().stream()
                    .filter(host -> host.changed() == 0 && !host.isBad())
                    .forEach(host -> lines.add(host.host() + ": nothing would change"));
            return lines;
        }
    }

    @Override
    protected boolean captures() {
        return settings.captures();
    }

    @Override
    protected void writeDown(Path state, Optional<Manifest> live) throws IOException, InterruptedException {
        if (directory.exists()) {
            capture(settings, directory.path(), state);
            return;
        }
        // Before a rollback, when nothing is checked out: as the live release says.
        AnsibleRelease release = AnsibleRelease.of(
                live.orElseThrow(() -> new RefusedException(
                        "Nothing says how to capture what is there: " + directory.path()
                                + " does not exist, and nothing is" + " live",
                        "Check out what the release is made of")),
                store);
        try (StagedTree files = StagedTree.of(release.playbook(), store)) {
            capture(release.settings(), files.directory(), state);
        }
    }

    private void capture(AnsibleSettings how, Path playbooks, Path state) throws IOException, InterruptedException {
        AnsibleCapture capture = new AnsibleCapture(store, runner, how, playbooks);
        capture.into(state);
        begun = Optional.of(capture);
    }

    @Override
    protected void wroteDown(Manifest state) {
        begun.ifPresent(capture -> captured.accept(capture.captured(instance, state)));
        begun = Optional.empty();
    }

    @Override
    public Optional<String> leftBehind(Manifest wanted) throws IOException {
        Optional<CapturedState> state = CapturedState.of(wanted, store);
        boolean nothing = state.isPresent()
                ? state.get().content().filter(Manifest::isEmpty).isPresent()
                : wanted.isEmpty();
        return nothing && settings.rollback().isEmpty()
                ? Optional.of("what the playbook did until then stays, for no playbook is named as 'rollback'")
                : Optional.empty();
    }

    /** What the live release's playbook would change, on the hosts as they are. */
    @Override
    public List<Drift> drift(Manifest... acceptable) throws IOException {
        Optional<Manifest> live = settings.drift() ? certain() : Optional.empty();
        if (live.isEmpty() || CapturedState.is(live.get())) {
            return List.of();
        }
        AnsibleRelease release = AnsibleRelease.of(live.get(), store);
        List<Drift> drifts = new ArrayList<>();
        try (StagedTree files = StagedTree.of(live.get(), store)) {
            Outcome outcome = tryOut(release, files.directory(), runner.live());
            outcome.failure(release.settings())
                    .ifPresent(failure -> drifts.add(new Drift(
                            release.settings().playbook(),
                            "a trial run of the live release ends well",
                            "it " + failure)));
            for (PlaybookEvents.Task task : outcome.events().changes()) {
                String where = task.paths().isEmpty() ? task.name() : String.join(", ", task.paths());
                drifts.add(new Drift(
                        task.host() + ":" + where,
                        "as the live release's playbook leaves it",
                        "'" + task.name() + "' would change it"));
            }
        }
        return drifts;
    }

    private Outcome tryOut(AnsibleRelease release, Path files, Coming coming) throws IOException {
        return uninterrupted(() -> playbook(release.settings(), files)
                .run(release.settings().playbook(), variables(Optional.of(files), coming), "--check", "--diff"));
    }

    @Override
    protected Optional<Act> act(Wanted wanted, Optional<Manifest> present, Coming coming) throws IOException {
        Optional<AnsibleRelease> going = coming.back() ? going(present) : Optional.empty();
        if (going.isPresent() && going.get().settings().rollback().isPresent()) {
            String playbook = going.get().settings().rollback().get();
            return Optional.of(new Playing("rollback-playbook", going.get(), playbook, wanted, coming));
        }
        if (content(wanted).filter(Manifest::isEmpty).isPresent()) {
            runner.warn("nothing was live before the first release: what its playbook did stays as it is");
            return Optional.empty();
        }
        Manifest content = content(wanted)
                .orElseThrow(() -> new RefusedException(
                        "Nobody knows what was live when that state was captured, so no playbook brings it back",
                        "Roll back to a release instead; see 'tdeploy history'"));
        AnsibleRelease release = AnsibleRelease.of(content, store);
        return Optional.of(new Playing("playbook", release, release.settings().playbook(), wanted, coming));
    }

    private Optional<AnsibleRelease> going(Optional<Manifest> present) throws IOException {
        if (present.isEmpty()) {
            return Optional.empty();
        }
        Optional<CapturedState> captured = CapturedState.of(present.get(), store);
        Optional<Manifest> release = captured.isPresent() ? captured.get().content() : present;
        return release.isPresent() && !release.get().isEmpty()
                ? Optional.of(AnsibleRelease.of(release.get(), store))
                : Optional.empty();
    }

    private static Optional<Manifest> content(Wanted wanted) {
        if (wanted instanceof Wanted.State state) {
            return state.captured().content();
        }
        return Optional.of(wanted instanceof Wanted.Content content ? content.manifest() : Manifest.EMPTY);
    }

    /** Where the files of the release that is wanted are; empty if none is. */
    private static Optional<Path> files(Wanted wanted) {
        if (wanted instanceof Wanted.State state) {
            return state.captured()
                    .content()
                    .filter(content -> !content.isEmpty())
                    .map(content -> state.files().resolve(CapturedState.CONTENT));
        }
        return wanted instanceof Wanted.Content content ? Optional.of(content.files()) : Optional.empty();
    }

    private static Map<String, Object> variables(Optional<Path> release, Coming coming) {
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("release_version", coming.version());
        variables.put("release_id", coming.release().orElse(""));
        variables.put(
                "release_content",
                release.map(files -> files.resolve(AnsibleRelease.CONTENT).toString())
                        .orElse(""));
        return variables;
    }

    private static Map<String, Object> variables(Wanted wanted, Coming coming) throws IOException {
        Map<String, Object> variables = variables(files(wanted), coming);
        if (wanted instanceof Wanted.State state) {
            Path captured = state.files().resolve(CapturedState.STATE);
            variables.put("release_state", captured.toString());
            AnsibleCapture.facts(captured).ifPresent(facts -> variables.put("release_facts", facts));
        }
        return variables;
    }

    private AnsiblePlaybook playbook(AnsibleSettings how, Path release) {
        return new AnsiblePlaybook(store, runner, how, release.resolve(AnsibleRelease.PLAYBOOK));
    }

    /** A run of one of a release's playbooks, from the directory that was kept with it. */
    private final class Playing implements Act {
        private final String name;
        private final AnsibleRelease release;
        private final String playbook;
        private final Wanted wanted;
        private final Coming coming;

        Playing(String name, AnsibleRelease release, String playbook, Wanted wanted, Coming coming) {
            this.name = name;
            this.release = release;
            this.playbook = playbook;
            this.wanted = wanted;
            this.coming = coming;
        }

        @Override
        public String name() {
            return "target/" + name;
        }

        @Override
        public List<String> argv() {
            return runner.scrub(new AnsiblePlaybook(store, runner, release.settings(), ANYWHERE).argv(playbook));
        }

        @Override
        public Reversibility reversibility() {
            return Reversibility.COMPENSABLE;
        }

        @Override
        public void perform() throws IOException, InterruptedException {
            String act = "playbook " + playbook;
            runner.tell(act, false, "");
            try (StagedTree files = StagedTree.of(release.playbook(), store)) {
                Outcome outcome = new AnsiblePlaybook(store, runner, release.settings(), files.directory())
                        .run(playbook, variables(wanted, coming));
                played.accept(new PlaybookRun(
                        instance,
                        playbook,
                        coming.version(),
                        coming.back(),
                        outcome.events().hosts()));
                outcome.require(release.settings(), playbook, runner);
            }
            runner.tell(act, true, "");
        }
    }

    /** Something that may be interrupted, where nobody asks to give up. */
    @FunctionalInterface
    private interface Waiting<T> {
        T get() throws IOException, InterruptedException;
    }

    private static <T> T uninterrupted(Waiting<T> waiting) throws IOException {
        try {
            return waiting.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while Ansible was asked", e);
        }
    }
}
