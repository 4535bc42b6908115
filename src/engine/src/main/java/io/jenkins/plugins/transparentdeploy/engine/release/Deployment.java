package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Capability;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.service.HookPhase;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Rollout;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Strategy;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Wait;
import io.jenkins.plugins.transparentdeploy.engine.target.ansible.Captured;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brings new content to every instance: {@code PREPARED → SNAPSHOTTED → DEPLOYING → VERIFYING}. */
public final class Deployment {
    private Deployment() {}

    /**
     * Prepares a deployment: everything that can be refused is refused here, before anything is touched or recorded.
     *
     * @param source what to deploy
     * @throws io.jenkins.plugins.transparentdeploy.engine.RefusedException when it cannot be
     */
    public static ReleaseRun prepare(ManagedEnvironment environment, ReleaseSource source, ReleaseRequest request)
            throws IOException {
        environment.freezes().refuseUnlessInsisted(environment.name(), request);
        Plan plan = Plan.make(environment, source, request.force());
        claim(environment);
        Adoption.adoptIfFirst(environment, request);
        ReleaseRun run = ReleaseRun.begin(environment, ReleaseKind.DEPLOYMENT, request);
        run.note(copy -> copy.instances(plan.instances())
                .slot(plan.slot())
                .delta(plan.delta())
                .content(plan.content())
                .leftOut(environment.absent())
                .promotedFrom(source.origin()));
        Reporting reporting = new Reporting(run);
        reporting.analysed(plan);
        reporting.indicators();
        return run;
    }

    /** Of two controllers that begin at once, one is refused here: before it stops what the other starts. */
    private static void claim(ManagedEnvironment environment) throws IOException {
        Concurrently.ask(environment.atATime(), environment.present(), instance -> {
            instance.target().claim();
            return instance;
        });
    }

    /** Takes the rollback point. */
    public static void snapshot(ReleaseRun run) throws IOException {
        RollbackPoint point = RollbackPoints.beforeDeployment(run.environment());
        run.goesBackTo(point);
        Map<String, InstanceState> changed = run.record().instances();
        List<Captured> captured = run.environment().takeCaptured();
        run.note(copy -> copy.instances(point.with(changed)).captured(captured));
        run.enter(ReleaseState.SNAPSHOTTED, "");
    }

    /** Changes every instance in the order of the strategy. When it fails, some may be changed and some not. */
    public static void deploy(ReleaseRun run) throws IOException, InterruptedException {
        ManagedEnvironment environment = run.environment();
        Optional<LoadBalancer> counting = environment.loadBalancer().filter(balancer -> balancer.capabilities()
                .contains(Capability.STATISTICS));
        if (counting.isPresent()) {
            ReleaseHistory.writeJson(
                    environment.directory().baseline(run.id()),
                    Json.MAPPER.valueToTree(counting.get().statistics()));
        }
        LogPositions.remember(run);
        run.enter(ReleaseState.DEPLOYING, "");
        HookRunner hooks = new HookRunner(run);
        hooks.forward(HookPhase.BEFORE_DEPLOY);
        Map<String, Manifest> wanted =
                ReleaseRun.manifests(environment, run.record().instances());
        wanted.keySet().retainAll(run.serving());
        run.watchForOnset();
        Rollout rollout = ResilientRollout.goingForward(JournaledRollout.deploying(run, wanted), run);
        strategy(run).run(rollout);
        if (run.record().parent().isPresent()) {
            // The end of the last step, which is the only one of some strategies.
            rollout.pause(Wait.NONE);
        }
        run.drainLeftOut();
        hooks.forward(HookPhase.AFTER_DEPLOY);
        run.enter(ReleaseState.VERIFYING, "");
        run.proveConvergence(run.record().instances());
        setAsideWhatDoesNotAnswer(run);
        new Reporting(run).verify();
    }

    private static void setAsideWhatDoesNotAnswer(ReleaseRun run) throws IOException {
        List<Convergence.Entry> silent = run.record().convergence().stream()
                .flatMap(convergence -> convergence.missing().stream())
                .filter(entry -> entry.found().isEmpty() && run.serving().contains(entry.instance()))
                .toList();
        for (Convergence.Entry entry : silent) {
            if (!run.setAside(entry.instance(), entry.reason().orElseThrow())) {
                throw new IOException(entry.instance() + " on " + entry.host() + " "
                        + entry.reason().orElseThrow());
            }
        }
    }

    /** Before the first release nobody is served: there is nothing to judge it by, and nobody to wait for. */
    private static Strategy strategy(ReleaseRun run) {
        Strategy strategy = run.environment().definition().strategy();
        return run.record().parent().isPresent() ? strategy : strategy.withoutPauses();
    }
}
