package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.EnvironmentFile;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalAnchor;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.notification.Notice;
import io.jenkins.plugins.transparentdeploy.engine.notification.Outbox;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentReader;
import io.jenkins.plugins.transparentdeploy.engine.service.ProcessDefinition;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.target.ansible.Captured;
import io.jenkins.plugins.transparentdeploy.engine.target.ansible.PlaybookRun;
import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
    private final Neighbours neighbours;
    private final Closeable lock;
    private final Journal journal;
    /** Not while it is only looked at, when another process may be writing. */
    private final boolean mayChange;

    private final Clock clock;
    private final Telling telling;
    private final PlaybookLog playbooks = new PlaybookLog();
    private AbortWatch abortWatch;

    ManagedEnvironment(EnvironmentBuilder builder, Closeable lock, Journal journal, boolean mayChange)
            throws IOException {
        this.definition = builder.definition;
        this.directory = builder.directory();
        this.host = builder.host;
        this.connector = builder.connector;
        this.instances = new ManagedInstances(builder, this).open();
        this.loadBalancer =
                definition.loadBalancer().map(balancer -> LoadBalancers.connect(balancer, host, builder.clock));
        this.history = new ReleaseHistory(directory);
        this.neighbours = new Neighbours(builder.state, builder.takeOver);
        this.lock = lock;
        this.journal = journal;
        this.mayChange = mayChange;
        this.clock = builder.clock;
        this.telling = new Telling(definition, directory, host, builder.clock, builder.listener, builder.others);
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
        telling.tell(type, Optional.empty(), message, data);
    }

    /** Tells whoever watches something about an instance. */
    public void tell(ReleaseEvent.Type type, String instance, String message, Map<String, Object> data) {
        telling.tell(type, Optional.of(instance), message, data);
    }

    /** Where notices wait for whoever delivers them. */
    public Outbox outbox() {
        return telling.outbox();
    }

    /** Tells those whom the service file names, and who else is to be told; never fails. */
    void announce(Notice notice) {
        telling.announce(notice);
    }

    /** Remembers a playbook that was run, for the record of whoever ran it, and tells whoever watches. */
    void played(PlaybookRun run) {
        playbooks.add(run);
        run.hosts()
                .forEach(host -> tell(
                        host.isBad() ? ReleaseEvent.Type.WARNING : ReleaseEvent.Type.INFO,
                        run.instance(),
                        run.playbook() + " on " + host,
                        Map.of("playbook", run.playbook(), "host", host)));
    }

    /** What was played since this was asked last. */
    List<PlaybookRun> takePlayed() {
        return playbooks.takePlayed();
    }

    /** Remembers what was captured of hosts, for the record of the release before which it was. */
    void captured(Captured state) {
        playbooks.add(state.shortened(this::scrub));
    }

    /** What was captured since this was asked last. */
    List<Captured> takeCaptured() {
        return playbooks.takeCaptured();
    }

    /** The same text without the secrets that the environment files of this service hold, or held. */
    public String scrub(String text) {
        return telling.scrub(text);
    }

    /** From now on nothing is said of what the environment file of a process holds on its own host. */
    void learnSecrets(ManagedInstance instance, Optional<ProcessDefinition> process) {
        if (instance.isRemote()) {
            process.flatMap(ProcessDefinition::environmentFile)
                    .ifPresent(file -> telling.learn(new EnvironmentFile(file), instance.host()));
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
        Machines.refuseSharedDirectories(this);
        for (String warning : Machines.warnings(this)) {
            tell(ReleaseEvent.Type.WARNING, warning, Map.of());
        }
    }

    /** @throws RefusedException when another environment is deployed to one of the directories */
    void refuseDirectoriesOfOthers() throws IOException {
        neighbours.refuseTheirDirectories(this);
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

    /** Acts in the middle of waiting: nobody interrupts that. */
    <T> T act(AbortWatch.Wait<T> act) throws IOException, InterruptedException {
        return abortWatch == null || abortWatch.isClosed() ? act.await() : abortWatch.whileActing(act);
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
}
