package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.ProcessRef;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.notification.Webhook;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import io.jenkins.plugins.transparentdeploy.engine.storage.ProcessLock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** What it takes to open an environment: to change it, or to look at it. */
public final class EnvironmentBuilder {
    final EnvironmentDefinition definition;
    final StateDirectory state;
    final Host host;
    Clock clock = Clock.systemUTC();
    ReleaseEvent.Listener listener = event -> {};
    private JournalObserver observer = record -> {};
    List<Webhook> others = List.of();
    boolean takeOver;
    HostConnector connector = new SshMachines();
    HostProgram.Origin program = HostProgram.Origin.OWN_JAR;

    public EnvironmentBuilder(EnvironmentDefinition definition, StateDirectory state, Host host) {
        this.definition = definition;
        this.state = state;
        this.host = host;
    }

    public EnvironmentBuilder clock(Clock value) {
        clock = value;
        return this;
    }

    public EnvironmentBuilder listener(ReleaseEvent.Listener value) {
        listener = value;
        return this;
    }

    /** Who is told of what happens besides those whom the service file names. */
    public EnvironmentBuilder alsoTelling(List<Webhook> value) {
        others = List.copyOf(value);
        return this;
    }

    /** What is run on hosts that this program runs on, too; by default the jar that it runs from. */
    public EnvironmentBuilder program(Path jar) {
        program = () -> jar;
        return this;
    }

    /** How hosts are reached. */
    public EnvironmentBuilder connector(HostConnector value) {
        connector = value;
        return this;
    }

    /** Whether targets become this one's that another controller, or another environment, deploys to. */
    public EnvironmentBuilder takeOver(boolean value) {
        takeOver = value;
        return this;
    }

    public EnvironmentBuilder observer(JournalObserver value) {
        observer = value;
        return this;
    }

    /**
     * Locks the environment and opens its journal.
     *
     * @param holder who will hold the lock
     * @throws RefusedException when somebody else holds it, or its releases are another host's
     * @throws io.jenkins.plugins.transparentdeploy.engine.CorruptStateException when its journal was tampered with
     */
    public ManagedEnvironment open(Holder holder) throws IOException {
        host.requirePosix();
        DurableFiles.createDirectories(directory().root());
        Holder known = holder.knownBy(host.find(holder.pid()).map(ProcessRef::incarnation));
        ProcessLock lock = ProcessLock.acquireIfFree(directory().lock(), known).orElseThrow(this::locked);
        Journal journal = null;
        try {
            new OneHost(state, takeOver)
                    .require(new EnvironmentName(definition.service(), definition.environment()), host.id());
            AbortRequest.clear(directory());
            StepRequest.clearAll(directory());
            PutProgress progress = new PutProgress(clock, listener);
            journal = Journal.open(directory().journal(), clock, journaled -> {
                observer.recorded(journaled);
                progress.recorded(journaled);
            });
            new FreezeLog(directory()).copyInto(journal);
            ManagedEnvironment opened = new ManagedEnvironment(this, lock, journal, true);
            opened.history().tidy();
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

    private RefusedException locked() {
        String who = ProcessLock.holderOf(directory().lock())
                .map(holder -> "%s since %s (%s, process %d on %s)"
                        .formatted(
                                holder.who(),
                                holder.since().truncatedTo(ChronoUnit.SECONDS),
                                holder.what(),
                                holder.pid(),
                                holder.host()))
                .orElse("a process that has not written its name yet");
        return new RefusedException(
                definition.service() + "/" + definition.environment() + " is locked by " + who,
                "Wait until it has finished: 'tdeploy attach' watches a release, 'tdeploy abort' has it roll back");
    }
}
