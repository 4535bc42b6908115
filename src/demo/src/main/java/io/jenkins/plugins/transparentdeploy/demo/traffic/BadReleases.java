package io.jenkins.plugins.transparentdeploy.demo.traffic;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.demo.Leftovers;
import io.jenkins.plugins.transparentdeploy.demo.balancer.Proxy;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Releases with something wrong, each under load: whether they are found out, and how soon. */
final class BadReleases {
    /** Few enough that a subtle fault takes its time to show. */
    private static final int RATE = 100;

    private static final String BLUE_GREEN = "{blueGreen: {slots: {blue: [a], green: [b]}}}";
    private static final String CANARY =
            "{canary: {instances: [b], steps: [{weight: 20, window: 8s, minimumSamples: 50}, {weight: 50, window: 8s}]}}";
    private static final String ANALYSIS =
            """
                analysis:
                  window: 25s
                  interval: 1s
                  minimumSamples: 100
                  deadline: 60s
                  metrics:
                    - errorRate: {objective: 0.1%, floor: 5%}
                    - latency: {percentile: 95, objective: 100ms, floor: 2s, regression: 200ms}
            """;

    private final Path jar;
    private final Path work;
    private final PrintStream out;
    private final List<Misbehaviour> kinds;

    /** @param kinds those that go by a canary; two others always go by blue-green */
    BadReleases(Path jar, Path work, PrintStream out, List<Misbehaviour> kinds) {
        this.kinds = List.copyOf(kinds);
        this.jar = jar;
        this.work = work;
        this.out = out;
    }

    /**
     * What became of one.
     *
     * @param how by which strategy
     * @param found seconds from its first bad answer to the decision; less than 0 for none
     * @param served seconds from its first bad answer to the last request that it got; less than 0 for none
     * @param failed requests
     */
    record Outcome(
            String balancer,
            String how,
            Misbehaviour misbehaviour,
            String state,
            double found,
            double served,
            long failed,
            String reason) {
        boolean isRight() {
            return state.equals(misbehaviour.isBad() ? "ROLLED_BACK" : "SUCCEEDED");
        }
    }

    List<Outcome> behind(String balancer) throws Exception {
        Path directory = work.resolve(balancer + "-bad");
        Service service = new Service(jar, directory);
        List<Outcome> outcomes = new ArrayList<>();
        try (Proxy proxy = service.behind(balancer)) {
            service.describe(proxy.inServiceFile(), CANARY, ANALYSIS);
            service.deploy("first");
            for (Misbehaviour misbehaviour : kinds) {
                outcomes.add(say(release(service, proxy, "canary", misbehaviour)));
            }
            // Every request reaches these.
            service.describe(proxy.inServiceFile(), BLUE_GREEN, ANALYSIS);
            outcomes.add(say(release(service, proxy, "blue-green", Misbehaviour.BROKEN)));
            outcomes.add(say(release(service, proxy, "blue-green", Misbehaviour.ERRORS)));
            return outcomes;
        } finally {
            new Leftovers(directory).end();
        }
    }

    private Outcome release(Service service, Proxy proxy, String how, Misbehaviour misbehaviour) throws Exception {
        String version = misbehaviour.name().toLowerCase(Locale.ROOT);
        try (OpenLoop load = new OpenLoop(proxy.address(), RATE, false)) {
            load.start();
            JsonNode result = service.attempt(version, misbehaviour);
            Traffic traffic = load.finish();
            OptionalLong first =
                    misbehaviour == Misbehaviour.SLOW ? load.firstArrival(version) : load.firstFailure(version);
            boolean counts =
                    first.isPresent() && result.at("/release/incident/decided").isTextual();
            return new Outcome(
                    proxy.kind(),
                    how,
                    misbehaviour,
                    result.path("outcome").asText(),
                    counts ? (Service.decided(result) - first.getAsLong()) / 1e6 : -1,
                    counts ? (load.lastArrival(version) - first.getAsLong()) / 1e6 : -1,
                    traffic.failed(),
                    result.at("/release/incident/reason").asText(""));
        }
    }

    private Outcome say(Outcome outcome) {
        out.printf(
                Locale.ROOT,
                "%s, %s, %s: %s%s, decided after %.1f s, last request %.3f s later, %d failed. %s%n",
                outcome.balancer(),
                outcome.how(),
                outcome.misbehaviour().text(),
                outcome.state(),
                outcome.isRight() ? "" : " (WRONG)",
                outcome.found(),
                outcome.served() - outcome.found(),
                outcome.failed(),
                outcome.reason());
        return outcome;
    }

    /** As people read it. */
    static String table(List<Outcome> outcomes) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s; %d requests a second; times are from the first bad answer.%n%n"
                        + "| in front | by | the release | what became of it | decided after | last request to it after"
                        + " | which is after the decision | failed requests |%n"
                        + "| --- | --- | --- | --- | ---: | ---: | ---: | ---: |%n",
                Report.machine(),
                RATE));
        for (Outcome outcome : outcomes) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s | %s | %s | %,d |%n",
                    outcome.balancer(),
                    outcome.how(),
                    outcome.misbehaviour().text(),
                    outcome.state().toLowerCase(Locale.ROOT).replace('_', ' ')
                            + (outcome.isRight() ? "" : ", **wrong**"),
                    seconds(outcome.found()),
                    seconds(outcome.served()),
                    outcome.found() < 0
                            ? ""
                            : String.format(Locale.ROOT, "%.0f ms", 1000 * (outcome.served() - outcome.found())),
                    outcome.failed()));
        }
        return text.toString();
    }

    private static String seconds(double time) {
        return time < 0 ? "" : String.format(Locale.ROOT, "%.1f s", time);
    }
}
