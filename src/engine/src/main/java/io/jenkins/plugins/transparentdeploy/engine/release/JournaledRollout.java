package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.HookPhase;
import io.jenkins.plugins.transparentdeploy.engine.service.InstanceDefinition;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.strategy.NotReadyException;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Rollout;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Trial;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Wait;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A rollout whose every act is in the journal before it is done. What "put" means is a manifest for each instance: the
 * new release's, or that of the state to go back to.
 */
public final class JournaledRollout implements Rollout {
    private final ReleaseRun run;
    private final ManagedEnvironment environment;
    private final Journal journal;
    private final Map<String, Manifest> wanted;
    private final DescribedProcesses processes;
    private final Answering.Running running;
    private final EnvironmentDefinition next;
    private final Set<String> resting;
    private final boolean goingBack;
    private final TryOut tryOut;
    private final StepGate gate;
    private final Steering steering;
    private final Answering answering;
    private final InService inService;
    private final Set<String> lent = ConcurrentHashMap.newKeySet();
    /** What this rollout has put, started, and seen to be ready. */
    private final Set<String> ready = ConcurrentHashMap.newKeySet();

    private JournaledRollout(
            ReleaseRun run,
            Map<String, Manifest> wanted,
            Answering.Running running,
            EnvironmentDefinition next,
            Set<String> resting,
            boolean goingBack) {
        this.run = run;
        this.environment = run.environment();
        this.journal = environment.journal();
        this.wanted = wanted;
        this.processes = new DescribedProcesses(environment);
        this.running = running;
        this.next = next;
        this.resting = resting;
        this.goingBack = goingBack;
        this.tryOut = new TryOut(run, next, goingBack);
        this.gate = new StepGate(environment);
        this.steering = new Steering(run, goingBack);
        this.answering = new Answering(processes, running, next, goingBack, ready);
        this.inService = new InService(run, goingBack, answering);
    }

    /** Deploys: what runs is stopped as its own release says. Without the load balancer it does not go on. */
    static JournaledRollout deploying(ReleaseRun run, Map<String, Manifest> wanted) {
        ManagedEnvironment environment = run.environment();
        return new JournaledRollout(
                run, wanted, new DescribedProcesses(environment)::present, environment.definition(), Set.of(), false);
    }

    /**
     * Restores: what comes back is started and asked as its own release says. What goes is stopped as this release says, whose
     * processes a release that fails has started; as their own releases say, when somebody goes back to another one. A load
     * balancer that does not answer must not keep it from coming back.
     *
     * @param next the definition of what comes back
     * @param resting the instances that did not serve and are not started again
     */
    public static JournaledRollout restoring(
            ReleaseRun run, Map<String, Manifest> wanted, EnvironmentDefinition next, Set<String> resting) {
        EnvironmentDefinition present = run.environment().definition();
        Answering.Running running = run.record().kind() == ReleaseKind.ROLLBACK
                ? new DescribedProcesses(run.environment())::present
                : instance -> present;
        return new JournaledRollout(run, wanted, running, next, resting, true);
    }

    /** Takes instances of what is live out of service and brings them in again; nothing is put. */
    static JournaledRollout scaling(ReleaseRun live, Map<String, Manifest> content) throws IOException {
        EnvironmentDefinition definition =
                live.environment().definitionOf(live.environment().history().content(live.record()));
        return new JournaledRollout(live, content, instance -> definition, definition, Set.of(), false);
    }

    @Override
    public List<String> instances() {
        return List.copyOf(wanted.keySet());
    }

    @Override
    public Set<String> idle() throws IOException {
        Set<String> idle = new HashSet<>();
        for (String instance : steering.idle()) {
            if (wanted.containsKey(instance) && willServe(instance)) {
                idle.add(instance);
            }
        }
        return idle;
    }

    @Override
    public Set<String> silent() throws IOException {
        Set<String> silent = inService.silent(wanted.keySet());
        silent.removeAll(resting);
        return silent;
    }

    @Override
    public void ask(List<String> instances, Act question) throws IOException, InterruptedException {
        Concurrently.each(InService.ASKED_AT_A_TIME, instances, question::on);
    }

    @Override
    public List<String> remaining(List<String> leaving) throws IOException {
        return inService.without(leaving);
    }

    @Override
    public void requireReady(String instance) throws IOException, InterruptedException {
        if (answering.answers(instance)) {
            return;
        }
        if (goingBack) {
            startAgain(instance);
            return;
        }
        try {
            answering.readiness(instance).await();
        } catch (NotReadyException e) {
            throw new NotReadyException("no other instance was stopped beside '" + instance
                    + "', which serves and is not ready any more: " + e.getMessage());
        }
    }

    /** What has come back and died since; what has not come back yet does so before what serves. */
    private void startAgain(String instance) throws InterruptedException {
        try {
            if (ready.contains(instance)) {
                start(instance);
                awaitReady(instance);
                return;
            }
        } catch (IOException | RefusedException e) {
            environment.tell(ReleaseEvent.Type.WARNING, instance, "does not stay up: " + e.getMessage(), Map.of());
        }
        environment.tell(ReleaseEvent.Type.WARNING, instance, "does not serve; going on all the same", Map.of());
    }

    @Override
    public boolean isKept(String instance) throws IOException {
        boolean sameRelease = goingBack
                && run.record().restores().isPresent()
                && environment
                        .history()
                        .occupant(instance)
                        .map(ReleaseRecord::id)
                        .equals(run.record().restores());
        InstanceProcess process = processes.of(next, instance);
        return sameRelease
                && willServe(instance)
                && process.isDefined()
                && process.isRunning()
                && environment
                        .instance(instance)
                        .target()
                        .plan(wanted.get(instance))
                        .isEmpty()
                && processes.readiness(next, instance).answers();
    }

    @Override
    public void each(List<String> instances, Act act) throws IOException, InterruptedException {
        Concurrently.each(environment.atATime(), instances, act::on);
    }

    @Override
    public void stage(String instance) throws IOException, InterruptedException {
        ManagedInstance staged = environment.instance(instance);
        if (!staged.isRemote()) {
            return;
        }
        begin(instance, "stage");
        try {
            staged.target().stage(instance, wanted.get(instance), run.id().value());
        } catch (InterruptedIOException e) {
            throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
        }
        end(instance, "stage");
    }

    @Override
    public void takeOut(String instance) throws IOException, InterruptedException {
        if (run.traffic().isEmpty()) {
            return;
        }
        begin(instance, "drain");
        steering.takeOut(instance);
        end(instance, "drain");
    }

    /** Going back to before the first release leaves nothing that could be started; what is parked stays so. */
    private boolean willServe(String instance) throws IOException {
        return !wanted.get(instance).isEmpty() && !resting.contains(instance) && !parked().contains(instance);
    }

    @Override
    public Set<String> parked() throws IOException {
        Set<String> parked = new HashSet<>(environment.parked());
        parked.removeAll(lent);
        return parked;
    }

    @Override
    public void lend(List<String> instances) throws IOException {
        environment.tell(
                ReleaseEvent.Type.INFO,
                String.join(", ", instances) + " as an addition meanwhile",
                Map.of("instances", List.copyOf(instances)));
        lent.addAll(instances);
    }

    @Override
    public void park(String instance) throws IOException, InterruptedException {
        lent.remove(instance);
        takeOut(instance);
        stop(instance, next);
    }

    @Override
    public void stop(String instance) throws IOException, InterruptedException {
        stop(instance, running.on(instance));
    }

    /** @param described how it was started */
    private void stop(String instance, EnvironmentDefinition described) throws IOException, InterruptedException {
        InstanceProcess process = processes.of(described, instance);
        if (process.isDefined()) {
            begin(instance, "stop");
            JournalRecord.Intent intent = journal.intend(new Operation.StopInstance(instance));
            try {
                process.stop();
            } catch (IOException | RefusedException e) {
                // A stop command fails when nothing runs, or is not there before the first release.
                requireNobodyTakesItForNew(instance, process, e);
                environment.tell(
                        ReleaseEvent.Type.WARNING, instance, "not stopped in order: " + e.getMessage(), Map.of());
            }
            journal.done(intent);
            end(instance, "stop");
        }
    }

    /** Else what runs on would be found running and asked whether it is ready, with what it has read long ago. */
    private void requireNobodyTakesItForNew(String instance, InstanceProcess process, Exception why)
            throws IOException {
        boolean replaced = willServe(instance) && processes.of(next, instance).replaces(process);
        if (!replaced && process.isObservable() && process.isRunning()) {
            throw new IOException(
                    "the process of instance '" + instance + "' was to be stopped and still runs; end it on its host: "
                            + why.getMessage(),
                    why);
        }
    }

    @Override
    public void put(String instance) throws IOException, InterruptedException {
        begin(instance, "put");
        try {
            environment
                    .instance(instance)
                    .target()
                    .apply(instance, wanted.get(instance), run.id().value(), journal);
        } catch (InterruptedIOException e) {
            throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
        } finally {
            run.keepPlayed();
        }
        run.has(instance);
        end(instance, "put");
    }

    @Override
    public void start(String instance) throws IOException, InterruptedException {
        InstanceProcess process = processes.of(next, instance);
        if (process.isDefined() && willServe(instance)) {
            begin(instance, "start");
            environment.learnSecrets(
                    environment.instance(instance),
                    DescribedProcesses.instance(next, instance).flatMap(InstanceDefinition::process));
            JournalRecord.Intent intent = journal.intend(new Operation.StartInstance(instance));
            process.start();
            journal.done(intent);
            end(instance, "start");
        }
    }

    @Override
    public void awaitReady(String instance) throws IOException, InterruptedException {
        if (!willServe(instance)) {
            return;
        }
        Readiness readiness = processes.readiness(next, instance);
        if (readiness.definition().isEmpty()) {
            readiness.await();
        } else {
            begin(instance, "ready");
            readiness.await();
            end(instance, "ready");
        }
        ready.add(instance);
    }

    @Override
    public void bringIn(String instance) throws IOException, InterruptedException {
        if (run.traffic().isEmpty() || resting.contains(instance)) {
            return;
        }
        begin(instance, "bring in");
        steering.bringIn(instance, lent.contains(instance));
        end(instance, "bring in");
    }

    @Override
    public void tryOut(List<String> instances) throws IOException, InterruptedException {
        tryOut.ask(instances);
    }

    @Override
    public void beforeTraffic() throws IOException, InterruptedException {
        if (!goingBack) {
            new HookRunner(run).forward(HookPhase.BEFORE_TRAFFIC);
        }
    }

    @Override
    public void share(List<String> instances, int percent) throws IOException {
        steering.share(instances, percent, ready);
    }

    @Override
    public void shareAsBefore() throws IOException {
        steering.shareAsBefore(instances(), ready);
    }

    @Override
    public void switchTo(List<String> instances) throws IOException {
        steering.switchTo(instances);
    }

    @Override
    public void pause(Wait wait) throws IOException, InterruptedException {
        if (!goingBack) {
            gate.hold(wait);
        }
    }

    @Override
    public void judge(Trial trial) throws IOException, InterruptedException {
        new Trials(run, gate).judge(trial);
    }

    private void begin(String instance, String act) {
        environment.tell(ReleaseEvent.Type.ACT, instance, act, Map.of("act", act, "done", false));
    }

    private void end(String instance, String act) {
        environment.tell(ReleaseEvent.Type.ACT, instance, act + " done", Map.of("act", act, "done", true));
    }
}
