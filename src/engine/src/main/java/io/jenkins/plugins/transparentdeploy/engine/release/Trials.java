package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.analysis.Analysis;
import io.jenkins.plugins.transparentdeploy.engine.analysis.AnalysisReport;
import io.jenkins.plugins.transparentdeploy.engine.analysis.AnalysisSpec;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Baseline;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Verdict;
import io.jenkins.plugins.transparentdeploy.engine.service.AnalysisDefinition;
import io.jenkins.plugins.transparentdeploy.engine.strategy.BadReleaseException;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Trial;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Judges a release on those instances that have it, while others do not. Every sample is kept with the release. */
final class Trials {
    private final ReleaseRun run;
    private final ManagedEnvironment environment;
    private final StepGate gate;

    Trials(ReleaseRun run, StepGate gate) {
        this.run = run;
        this.environment = run.environment();
        this.gate = gate;
    }

    /** Somebody knows better than to wait for the verdict. */
    private static final class Promoted extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Judges; does nothing when no analysis is configured.
     *
     * @throws BadReleaseException when the verdict is against the release
     */
    void judge(Trial trial) throws IOException, InterruptedException {
        Optional<AnalysisDefinition> analysis = environment.definition().analysis();
        if (analysis.isEmpty()) {
            return;
        }
        AnalysisSpec spec = narrowed(trial, analysis.get().spec());
        environment.tell(ReleaseEvent.Type.INFO, trial.name(), Map.of("trial", trial.name()));
        try {
            conclude(trial, analysis.get(), spec, watch(trial, spec));
        } catch (Promoted e) {
            environment.tell(ReleaseEvent.Type.INFO, trial.name() + ": not waited for", Map.of("trial", trial.name()));
        }
    }

    private static AnalysisSpec narrowed(Trial trial, AnalysisSpec spec) {
        return spec.watching(Set.copyOf(trial.fresh()))
                .lasting(
                        trial.window().orElse(spec.window()),
                        trial.minimumSamples().orElse(spec.minimumSamples()),
                        spec.deadline().minus(spec.window()));
    }

    private AnalysisReport watch(Trial trial, AnalysisSpec spec) throws IOException, InterruptedException {
        Optional<Instant> badSince = run.badSince();
        try (SampleFile samples = SampleFile.of(run, spec.window())) {
            Analysis analysis = new Analysis(spec, environment.host(), environment.clock(), LogPositions.of(run));
            return environment
                    .await(() -> analysis.run(
                            environment.loadBalancer().map(balancer -> balancer::statistics),
                            baseline(trial),
                            sample -> {
                                samples.keep(sample);
                                throwIfPromoted();
                            }))
                    .badSince(badSince);
        }
    }

    /** The instances that have not got the release yet, meanwhile; where all have it, what was before. */
    private Baseline baseline(Trial trial) throws IOException {
        Set<String> stable = new HashSet<>(run.serving());
        trial.fresh().forEach(stable::remove);
        return stable.isEmpty()
                ? Baseline.before(Verification.baseline(environment, run.id()))
                : Baseline.beside(stable);
    }

    private void throwIfPromoted() throws IOException {
        if (gate.isPromoted()) {
            throw new Promoted();
        }
    }

    private void conclude(Trial trial, AnalysisDefinition analysis, AnalysisSpec spec, AnalysisReport report)
            throws IOException {
        environment.journal().note(trial.name() + ": " + report.summary());
        boolean good = report.verdict() == Verdict.PASS
                || report.verdict() == Verdict.INCONCLUSIVE && analysis.keepWhenInconclusive();
        if (!good) {
            // Nothing comes after it that could say how the release was judged.
            new Reporting(run).judged(report, spec, trial.name(), List.of());
            throw new BadReleaseException(
                    trial.name() + ": " + report.summary(),
                    report.onset().orElse(report.decidedAt()),
                    report.decidedAt());
        }
        run.note(copy -> copy.analysis(report));
        environment.tell(ReleaseEvent.Type.INFO, trial.name() + ": " + report.summary(), Map.of("trial", trial.name()));
    }
}
