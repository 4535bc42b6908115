package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.analysis.AnalysisReport;
import io.jenkins.plugins.transparentdeploy.engine.analysis.AnalysisSpec;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Metric;
import io.jenkins.plugins.transparentdeploy.engine.analysis.MetricScore;
import io.jenkins.plugins.transparentdeploy.engine.check.CheckResult;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTestReport;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseReport.Step;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Says of a release, step by step, what is known: into its record, and to whoever watches. Decides nothing. */
public final class Reporting {
    /** More lines than that are summed up. */
    private static final int MOST_LINES = 40;

    private final ReleaseRun run;
    private final ManagedEnvironment environment;

    public Reporting(ReleaseRun run) {
        this.run = run;
        this.environment = run.environment();
    }

    private void say(Step step, String summary, List<String> details) throws IOException {
        say(entry(step, summary, details));
    }

    private void say(ReleaseReport.Entry entry) throws IOException {
        run.note(copy -> copy.report(with(List.of(entry))));
        tell(entry);
    }

    private ReleaseReport.Entry entry(Step step, String summary, List<String> details) {
        List<String> lines = details.size() <= MOST_LINES ? details : new ArrayList<>(details.subList(0, MOST_LINES));
        if (lines.size() < details.size()) {
            lines.add("and " + (details.size() - MOST_LINES) + " more");
        }
        return new ReleaseReport.Entry(
                step,
                environment.clock().instant(),
                environment.scrub(summary),
                lines.stream().map(environment::scrub).toList());
    }

    private ReleaseReport with(List<ReleaseReport.Entry> entries) {
        ReleaseReport report = run.record().report().orElse(ReleaseReport.EMPTY);
        for (ReleaseReport.Entry entry : entries) {
            report = report.with(entry);
        }
        return report;
    }

    private void tell(ReleaseReport.Entry entry) {
        environment.tell(
                ReleaseEvent.Type.INFO,
                entry.step().name().toLowerCase(Locale.ROOT) + ": " + entry.summary(),
                Map.of("step", entry.step().name(), "details", entry.details()));
    }

    /** Which modules change; instances that change alike are said once. */
    void analysed(Plan plan) throws IOException {
        Set<Modules> different = new LinkedHashSet<>();
        plan.deltas().values().forEach(delta -> different.add(Modules.of(delta)));
        List<String> lines = new ArrayList<>();
        for (Modules modules : different) {
            modules.changes().forEach((module, change) -> lines.add(module + " " + change));
        }
        Modules first = different.stream().findFirst().orElse(Modules.of(new Delta(List.of(), List.of(), List.of())));
        say(
                Step.ANALYSE,
                lines.isEmpty()
                        ? "no file changes"
                        : counted(first.count(Modules.Kind.DIRECTORY), "directory", "directories") + ", "
                                + counted(first.count(Modules.Kind.ARCHIVE), "archive", "archives") + " and "
                                + counted(
                                        first.count(Modules.Kind.CONFIGURATION),
                                        "configuration file",
                                        "configuration files")
                                + " changed",
                lines.stream().distinct().toList());
    }

    private static String counted(long number, String one, String several) {
        return number + " " + (number == 1 ? one : several);
    }

    /** By what it will be judged. Said once more when a smoke test brings other checks than were known at the beginning. */
    void indicators() throws IOException {
        List<String> lines = new ArrayList<>();
        environment.definition().smokeTest().ifPresent(smokeTest -> smokeTest
                .checks()
                .forEach(check -> lines.add("check " + check.name())));
        environment.definition().analysis().ifPresent(analysis -> analysis.spec()
                .metrics()
                .forEach(metric -> lines.add(metric.name() + ": good from "
                        + metric.format(metric.objective().good()) + ", bad beyond "
                        + metric.format(metric.objective().floor()) + ", weight " + metric.weight())));
        ReleaseReport.Entry entry = entry(
                Step.INDICATORS,
                switch (lines.size()) {
                    case 0 -> "none yet: no smoke test and no analysis is described";
                    case 1 -> "1 indicator";
                    default -> lines.size() + " indicators";
                },
                lines);
        boolean said = run.record()
                .report()
                .flatMap(report -> report.of(Step.INDICATORS))
                .filter(before -> before.details().equals(entry.details()))
                .isPresent();
        if (!said) {
            say(entry);
        }
    }

    /** How the smoke test came out. */
    void tested(SmokeTestReport report) throws IOException {
        long passed = report.results().stream().filter(CheckResult::passed).count();
        say(
                Step.TEST,
                passed + " of " + report.results().size() + " checks passed",
                report.results().stream()
                        .map(result -> result.name() + ": " + result.detail() + ", "
                                + result.took().toMillis() + " ms")
                        .toList());
    }

    /**
     * How the analysis came out; written with the next state, for a release that failed is to be taken back without delay.
     *
     * @param spec by which it was judged
     * @param which analysis it is; blank for the one of the whole release
     * @param tried what was done for a release that was held, a sentence each without a full stop
     */
    void judged(AnalysisReport report, AnalysisSpec spec, String which, List<String> tried) throws IOException {
        Duration watched = Duration.between(report.startedAt(), report.decidedAt());
        List<ReleaseReport.Entry> entries = List.of(
                evaluated(report, spec),
                compared(report, spec),
                entry(
                        Step.OPTIMISE,
                        report.held().isZero()
                                ? "nothing had to be tried"
                                : "held for " + report.held().toSeconds() + " s after its window",
                        tried),
                entry(
                        Step.MONITOR,
                        (which.isBlank() ? "" : which + ": ") + "watched for " + watched.toSeconds() + " s, "
                                + report.samples() + " samples: " + report.verdict(),
                        List.of(report.summary())));
        run.remember(copy -> copy.analysis(report).report(with(entries)));
        entries.forEach(this::tell);
    }

    private ReleaseReport.Entry evaluated(AnalysisReport report, AnalysisSpec spec) {
        return entry(
                Step.EVALUATE,
                report.score().isPresent()
                        ? String.format(
                                Locale.ROOT,
                                "quality %.3f, pass from %.3f",
                                report.score().getAsDouble(),
                                spec.passScore())
                        : "no quality: of some indicator there was no data",
                report.metrics().stream()
                        .map(score -> "f = " + text(score.score()) + ", weight " + weight(spec, score.metric()) + ": "
                                + score.evidence())
                        .toList());
    }

    private ReleaseReport.Entry compared(AnalysisReport report, AnalysisSpec spec) throws IOException {
        Optional<AnalysisReport> earlier = earlier();
        List<String> lines = new ArrayList<>();
        for (MetricScore score : report.metrics()) {
            Metric metric = metric(spec, score.metric());
            OptionalDouble other = earlier.flatMap(last -> last.metrics().stream()
                            .filter(theirs -> theirs.metric().equals(score.metric()))
                            .findFirst())
                    .map(MetricScore::value)
                    .orElse(OptionalDouble.empty());
            lines.add(score.metric() + ": " + format(metric, score.value()) + "; baseline "
                    + format(metric, score.reference()) + "; the release before " + format(metric, other));
        }
        long compared = report.metrics().stream()
                .filter(score -> score.reference().isPresent())
                .count();
        return entry(Step.COMPARE, compared + " of " + lines.size() + " indicators have a baseline", lines);
    }

    /** The analysis of the release that was live before. */
    private Optional<AnalysisReport> earlier() throws IOException {
        return run.record().parent().isPresent()
                ? environment.history().find(run.record().parent().get()).flatMap(ReleaseRecord::analysis)
                : Optional.empty();
    }

    /** Nothing watches it. @param why a sentence without a full stop */
    public void notWatched(String why) throws IOException {
        say(Step.MONITOR, "not watched: " + why, List.of());
    }

    /** Whether every instance has what it should have, and runs. */
    public void verify() throws IOException {
        List<String> lines = new ArrayList<>();
        boolean well = true;
        Map<String, Manifest> manifests =
                ReleaseRun.manifests(environment, run.record().instances());
        Set<String> parked = environment.parked();
        Map<String, Look> looks = Concurrently.ask(
                environment.atATime(), run.serving(), name -> look(name, Optional.ofNullable(manifests.get(name))));
        for (Map.Entry<String, Look> looked : looks.entrySet()) {
            ManagedInstance instance = environment.instance(looked.getKey());
            Look look = looked.getValue();
            boolean isParked = parked.contains(instance.name());
            well &= look.same() && (isParked || look.runs());
            lines.add(instance.name() + ": "
                    + (look.same() ? "has the release's content" : "differs from the release already")
                    + (isParked
                            ? ", parked"
                            : !instance.process().isDefined() ? "" : look.runs() ? ", runs" : ", does not run"));
        }
        run.record().playbookRuns().forEach(played -> played.hosts()
                .forEach(host -> lines.add(played.playbook() + " on " + host)));
        say(Step.VERIFY, well ? "every instance is as it should be" : "not every instance is as it should be", lines);
    }

    /** What an instance looks like. */
    private record Look(boolean same, boolean runs) {}

    private Look look(String name, Optional<Manifest> wanted) throws IOException {
        ManagedInstance instance = environment.instance(name);
        Optional<Boolean> measured = run.record().convergence().map(convergence -> convergence.missing().stream()
                .noneMatch(entry -> entry.instance().equals(name)));
        boolean same = measured.isPresent()
                ? measured.get()
                : wanted.isEmpty() || instance.target().plan(wanted.get()).sameContent();
        return new Look(same, instance.process().isRunning());
    }

    private static Metric metric(AnalysisSpec spec, String name) {
        return spec.metrics().stream()
                .filter(metric -> metric.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name));
    }

    private static String weight(AnalysisSpec spec, String name) {
        return Double.toString(metric(spec, name).weight());
    }

    private static String format(Metric metric, OptionalDouble value) {
        return value.isPresent() ? metric.format(value.getAsDouble()) : "none";
    }

    private static String text(OptionalDouble score) {
        return score.isPresent() ? String.format(Locale.ROOT, "%.3f", score.getAsDouble()) : "none";
    }
}
