package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.EnvironmentFile;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalAnchor;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.notification.Notice;
import io.jenkins.plugins.transparentdeploy.engine.notification.Outbox;
import io.jenkins.plugins.transparentdeploy.engine.notification.Webhook;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentReader;
import io.jenkins.plugins.transparentdeploy.engine.service.ProcessDefinition;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import io.jenkins.plugins.transparentdeploy.engine.storage.ProcessLock;
import io.jenkins.plugins.transparentdeploy.engine.target.ansible.PlaybookRun;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A service in an environment, on its host, locked: only its holder changes anything. Closing it gives the lock back;
 * so does the death of the process. Whoever only looks needs no lock, and is in nobody's way.
 */
public final class ManagedEnvironment implements Closeable {
    private final EnvironmentDefinition definition;
    private final EnvironmentDirectory directory;
    private final Host host;
    private final HostConnector connector;
    private final List<ManagedInstance> instances;
    private Map<String, LeftOut> absent = Map.of();
    private final Optional<LoadBalancer> loadBalancer;
    private final ReleaseHistory history;
    private final Closeable lock;
    private final Journal journal;
    /** Not while it is only looked at, when another process may be writing. */
    private final boolean mayChange;

    private final Clock clock;
    private final ReleaseEvent.Listener listener;
    private final List<Webhook> others;
    private final SeenSecrets secrets;
    private final List<PlaybookRun> played = new ArrayList<>();
    private AbortWatch abortWatch;

    private ManagedEnvironment(Builder builder, Closeable lock, Journal journal, boolean mayChange) throws IOException {
        this.definition = builder.definition;
        this.directory = builder.directory();
        this.host = builder.host;
        this.connector = builder.connector;
        this.instances = new ManagedInstances(builder, this).open();
        this.loadBalancer =
                definition.loadBalancer().map(balancer -> LoadBalancers.connect(balancer, host, builder.clock));
        this.history = new ReleaseHistory(directory);
        this.lock = lock;
        this.journal = journal;
        this.mayChange = mayChange;
        this.clock = builder.clock;
        this.listener = builder.listener;
        this.others = builder.others;
        this.secrets = new SeenSecrets(environmentFiles(definition), host);
    }

    private static List<EnvironmentFile> environmentFiles(EnvironmentDefinition definition) {
        return Stream.concat(
                        definition.instances().stream()
                                .filter(instance -> instance.host().isEmpty())
                                .flatMap(instance -> Stream.concat(
                                        instance.target().environmentFile().stream(),
                                        instance.process().stream()
                                                .flatMap(process -> process.environmentFile().stream()))),
                        definition.hooks().stream().flatMap(hook -> hook.environmentFile().stream()))
                .distinct()
                .map(EnvironmentFile::new)
                .toList();
    }

    public EnvironmentDefinition definition() {
        return definition;
    }

    /**
     * The service as a release describes it: how what it brought is started, asked and stopped. A description that this
     * program cannot read any more is warned of, and the current one used instead.
     */
    public EnvironmentDefinition definitionOf(ReleaseRecord release) {
        try {
            return EnvironmentReader.read(
                    definition.service(), definition.environment(), release.resolvedServiceFile());
        } catch (RefusedException e) {
            tell(
                    ReleaseEvent.Type.WARNING,
                    "release " + release.id() + " is described in a way that is not understood: " + e.getMessage(),
                    Map.of());
            return definition;
        }
    }

    public EnvironmentDirectory directory() {
        return directory;
    }

    /** Whether this process holds the lock. */
    boolean mayChange() {
        return mayChange;
    }

    public Host host() {
        return host;
    }

    /** The instances, in the order in which they are changed. */
    public List<ManagedInstance> instances() {
        return instances;
    }

    public ManagedInstance instance(String name) {
        return instances.stream()
                .filter(instance -> instance.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name));
    }

    public Optional<LoadBalancer> loadBalancer() {
        return loadBalancer;
    }

    /**
     * The instances that are parked: a release puts its content there, but does not start them, or only while it rolls. By
     * scaling, or as the strategy's surge; which goes by the service file as it is now.
     */
    public Set<String> parked() throws IOException {
        return definition.scaling().isPresent()
                ? ScalingState.read(directory).parkedOf(definition)
                : definition.strategy().surge();
    }

    /** Those of some instances that are not parked. */
    public List<String> withoutParked(List<String> names) throws IOException {
        Set<String> parked = parked();
        return names.stream().filter(name -> !parked.contains(name)).toList();
    }

    /** Who froze it and who opened it again. */
    public FreezeLog freezes() {
        return new FreezeLog(directory);
    }

    /** What people call it. */
    public String name() {
        return definition.service() + "/" + definition.environment();
    }

    public ReleaseHistory history() {
        return history;
    }

    public Journal journal() {
        return journal;
    }

    public Clock clock() {
        return clock;
    }

    /** Tells whoever watches. */
    public void tell(ReleaseEvent.Type type, String message, Map<String, Object> data) {
        listener.happened(new ReleaseEvent(clock.instant(), type, Optional.empty(), scrub(message), data));
    }

    /** Tells whoever watches something about an instance. */
    public void tell(ReleaseEvent.Type type, String instance, String message, Map<String, Object> data) {
        listener.happened(new ReleaseEvent(clock.instant(), type, Optional.of(instance), scrub(message), data));
    }

    /** Where notices wait for whoever delivers them. */
    public Outbox outbox() {
        return new Outbox(directory.outbox(), clock);
    }

    /** Tells those whom the service file names, and who else is to be told; never fails. */
    void announce(Notice notice) {
        try {
            outbox().put(notice, Webhook.together(definition.webhooks(), others));
        } catch (IOException | RuntimeException e) {
            tell(
                    ReleaseEvent.Type.WARNING,
                    "nobody is told of " + notice.event().key() + ": " + e.getMessage(),
                    Map.of());
        }
    }

    /** Remembers a playbook that was run, for the record of whoever ran it, and tells whoever watches. */
    synchronized void played(PlaybookRun run) {
        played.add(run);
        run.hosts()
                .forEach(host -> tell(
                        host.isBad() ? ReleaseEvent.Type.WARNING : ReleaseEvent.Type.INFO,
                        run.instance(),
                        run.playbook() + " on " + host,
                        Map.of("playbook", run.playbook(), "host", host)));
    }

    /** What was played since this was asked last. */
    synchronized List<PlaybookRun> takePlayed() {
        List<PlaybookRun> taken = List.copyOf(played);
        played.clear();
        return taken;
    }

    /** The same text without the secrets that the environment files of this service hold, or held. */
    public String scrub(String text) {
        return secrets.scrub(text);
    }

    /** From now on nothing is said of what the environment file of a process holds on its own host. */
    void learnSecrets(ManagedInstance instance, Optional<ProcessDefinition> process) {
        if (instance.isRemote()) {
            process.flatMap(ProcessDefinition::environmentFile)
                    .ifPresent(file -> secrets.learn(new EnvironmentFile(file), instance.host()));
        }
    }

    /**
     * Checks that every target can be read and written. Hosts that cannot be reached are left out from then on, as many as
     * the service file allows.
     *
     * @param force whether to leave out as many as there are
     * @throws RefusedException when a target cannot be deployed to, or too many hosts are out of reach
     */
    public void checkTargets(boolean force) throws IOException {
        absent = Attendance.take(this);
        Attendance.refuseTooMany(this, absent, force);
        Attendance.tell(this, absent);
    }

    /**
     * For somebody who only looks: the hosts that cannot be reached are left out from then on, however many. Where all is on
     * this machine, nothing is asked.
     *
     * @throws RefusedException when no host can be reached
     */
    public void leaveOutWhatIsDown() throws IOException {
        if (definition.isRemote()) {
            checkTargets(true);
        }
    }

    /** The instances whose hosts could not be reached when that was checked, by name. */
    public Map<String, LeftOut> absent() {
        return absent;
    }

    /** The instances that can be asked. */
    public List<ManagedInstance> present() {
        return instances.stream()
                .filter(instance -> !absent.containsKey(instance.name()))
                .toList();
    }

    /** How many instances are worked on at a time. */
    int atATime() {
        return definition.fleet().parallel();
    }

    /** Takes the managed state of every instance that can be asked into its store. */
    public Map<String, InstanceState> capture() throws IOException {
        Map<String, InstanceState> states = new LinkedHashMap<>();
        Concurrently.ask(atATime(), present(), ManagedInstance::capture)
                .forEach((instance, state) -> states.put(instance.name(), state));
        return states;
    }

    /** From now on somebody may ask to give up what is going on, until the watch is closed. */
    public AbortWatch watchForAbort() {
        abortWatch = new AbortWatch(directory);
        return abortWatch;
    }

    /** Waits for something; ends early when somebody asks to give up and that is possible now. */
    <T> T await(AbortWatch.Wait<T> wait) throws IOException, InterruptedException {
        return abortWatch == null || abortWatch.isClosed() ? wait.await() : abortWatch.whileWaiting(wait);
    }

    /** Where the objects of the instances are; instances on one filesystem share a store. */
    public Set<SnapshotStore> stores() {
        Set<SnapshotStore> stores = new LinkedHashSet<>();
        instances.forEach(instance -> stores.add(instance.store()));
        return stores;
    }

    @Override
    public void close() throws IOException {
        try (lock;
                journal;
                connector) {
            if (mayChange) {
                anchorJournal();
            }
            for (ManagedInstance instance : instances) {
                if (instance.target() instanceof Closeable open) {
                    open.close();
                }
            }
            for (SnapshotStore store : stores()) {
                store.close();
            }
        }
    }

    /** What keeps it from that is said, and no reason for a release to fail. */
    private void anchorJournal() {
        definition.journalAnchor().ifPresent(file -> {
            try {
                journal.sync();
                new JournalAnchor(file).advance(journal);
            } catch (IOException | RuntimeException e) {
                tell(
                        ReleaseEvent.Type.WARNING,
                        "the journal's head was not kept in " + file + ": " + e.getMessage(),
                        Map.of());
            }
        });
    }

    /** What it takes to open one. */
    public static final class Builder {
        final EnvironmentDefinition definition;
        final StateDirectory state;
        final Host host;
        private Clock clock = Clock.systemUTC();
        private ReleaseEvent.Listener listener = event -> {};
        private JournalObserver observer = record -> {};
        private List<Webhook> others = List.of();
        boolean takeOver;
        HostConnector connector = new SshMachines();
        HostProgram.Origin program = HostProgram.Origin.OWN_JAR;

        public Builder(EnvironmentDefinition definition, StateDirectory state, Host host) {
            this.definition = definition;
            this.state = state;
            this.host = host;
        }

        public Builder clock(Clock value) {
            clock = value;
            return this;
        }

        public Builder listener(ReleaseEvent.Listener value) {
            listener = value;
            return this;
        }

        /** Who is told of what happens besides those whom the service file names. */
        public Builder alsoTelling(List<Webhook> value) {
            others = List.copyOf(value);
            return this;
        }

        /** What is run on hosts that this program runs on, too; by default the jar that it runs from. */
        public Builder program(Path jar) {
            program = () -> jar;
            return this;
        }

        /** How hosts are reached. */
        public Builder connector(HostConnector value) {
            connector = value;
            return this;
        }

        /** Whether targets on other machines become this one's that another controller deploys to. */
        public Builder takeOver(boolean value) {
            takeOver = value;
            return this;
        }

        public Builder observer(JournalObserver value) {
            observer = value;
            return this;
        }

        /**
         * Locks the environment and opens its journal.
         *
         * @param holder who will hold the lock
         * @throws io.jenkins.plugins.transparentdeploy.engine.RefusedException when somebody else holds it
         * @throws io.jenkins.plugins.transparentdeploy.engine.CorruptStateException when its journal was tampered with
         */
        public ManagedEnvironment open(Holder holder) throws IOException {
            host.requirePosix();
            DurableFiles.createDirectories(directory().root());
            ProcessLock lock = ProcessLock.tryAcquire(directory().lock(), holder);
            Journal journal = null;
            try {
                AbortRequest.clear(directory());
                StepRequest.clearAll(directory());
                PutProgress progress = new PutProgress(clock, listener);
                journal = Journal.open(directory().journal(), clock, journaled -> {
                    observer.recorded(journaled);
                    progress.recorded(journaled);
                });
                new FreezeLog(directory()).copyInto(journal);
                ManagedEnvironment opened = new ManagedEnvironment(this, lock, journal, true);
                opened.history.tidy();
                return opened;
            } catch (IOException | RuntimeException e) {
                try (lock) {
                    if (journal != null) {
                        journal.close();
                    }
                }
                throw e;
            }
        }

        /**
         * Opens it to be looked at: takes no lock, so that it works while somebody else changes the environment and keeps
         * nobody from changing it. What is seen then is of that moment. Nothing may be changed through it.
         *
         * @throws io.jenkins.plugins.transparentdeploy.engine.CorruptStateException when its journal was tampered with
         */
        public ManagedEnvironment look() throws IOException {
            host.requirePosix();
            return new ManagedEnvironment(
                    this, () -> {}, Journal.reading(directory().journal(), clock), false);
        }

        EnvironmentDirectory directory() {
            return state.environment(definition.service(), definition.environment());
        }
    }
}
