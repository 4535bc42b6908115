package io.jenkins.plugins.transparentdeploy.engine.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.check.Check;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTest;
import io.jenkins.plugins.transparentdeploy.engine.strategy.BatchSize;
import io.jenkins.plugins.transparentdeploy.engine.strategy.BlueGreen;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Canary;
import io.jenkins.plugins.transparentdeploy.engine.strategy.CanaryStep;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Rolling;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Slot;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Wait;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrategyReaderTest {
    private static final String ENVIRONMENT =
            """
            target: {directory: "/srv/shop/{instance}"}
            instances: {a: {port: 8081}, b: {port: 8082}, c: {port: 8083}}
            loadBalancer: {embedded: /run/shop/control.sock}
            """;
    private static final String ANALYSIS = "analysis: {metrics: [{errorRate: {}}]}\n";

    private static EnvironmentDefinition read(String yaml) {
        return ServiceFile.parse("test.yaml", "service: shop\nenvironments:\n  e:\n" + yaml.indent(4))
                .environment("e", JsonNodeFactory.instance.objectNode());
    }

    private static EnvironmentDefinition with(String strategy) {
        return read(ENVIRONMENT + ANALYSIS + "strategy: " + strategy + "\n");
    }

    @Test
    void rollingTakesANumberOrAShare() {
        assertThat(with("{rolling: {batch: 2, pause: 5s}}").strategy())
                .isEqualTo(new Rolling(2, Duration.ofSeconds(5)));
        assertThat(with("{rolling: {batch: 25%, analysis: true}}").strategy())
                .isEqualTo(new Rolling(BatchSize.share(25), Wait.NONE, true));
    }

    @Test
    void rollingNamesItsSurge() {
        String processes = ENVIRONMENT + "process: {run: [shop]}\n";
        assertThat(read(processes + "strategy: {rolling: {surge: [c]}}\n").strategy())
                .isEqualTo(new Rolling(BatchSize.count(1), Wait.NONE, false, Set.of("c")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{rolling: {surge: [d]}} | names the unknown instance 'd'",
                "{rolling: {surge: 1}} | is not a list",
                "{rolling: {surge: [a, b, c]}} | leaves no instance that serves at all times",
            })
    void aSurgeThatCannotBeIsRefused(String strategy, String problem) {
        assertThatThrownBy(() -> read(ENVIRONMENT + "process: {run: [shop]}\nstrategy: " + strategy + "\n"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void aSurgeHasToBeStartedAndGivenRequests() {
        assertThatThrownBy(() -> with("{rolling: {surge: [c]}}"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("nothing says how to do that with 'c'");
        assertThatThrownBy(() -> read(ENVIRONMENT.replaceFirst("loadBalancer: .*\\n", "")
                        + "process: {run: [shop]}\nstrategy: {rolling: {surge: [c]}}\n"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("needs a load balancer");
        assertThatThrownBy(() -> read(ENVIRONMENT
                        + "process: {run: [shop]}\nstrategy: {rolling: {surge: [c]}}\nscaling: {demand: 100}\n"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("both say which instances are parked");
    }

    @Test
    void blueGreenNamesItsSlots() {
        assertThat(with("{blueGreen: {slots: {blue: [a, c], green: [b]}, keep: 10m}}")
                        .strategy())
                .isEqualTo(new BlueGreen(
                        List.of(new Slot("blue", List.of("a", "c")), new Slot("green", List.of("b"))),
                        Optional.of(Duration.ofMinutes(10))));
    }

    @Test
    void twoInstancesAreTwoSlots() {
        EnvironmentDefinition two = read(
                ENVIRONMENT.replace(", c: {port: 8083}", "") + "strategy: {blueGreen: {keep: until next release}}\n");
        assertThat(two.strategy())
                .isEqualTo(new BlueGreen(
                        List.of(new Slot("blue", List.of("a")), new Slot("green", List.of("b"))), Optional.empty()));
    }

    @Test
    void canaryHasStepsOfItsOwnOrTheUsualOnes() {
        assertThat(with("canary").strategy())
                .isEqualTo(new Canary(
                        List.of(),
                        List.of(CanaryStep.of(5), CanaryStep.of(20), CanaryStep.of(50)),
                        BatchSize.count(1)));
        assertThat(with("{canary: {instances: [b], steps: [10, 25%, {weight: 50, pause: manual},"
                                + " {weight: 100%, pause: 5m, window: 1m, minimumSamples: 500}], batch: 50%}}")
                        .strategy())
                .isEqualTo(new Canary(
                        List.of("b"),
                        List.of(
                                CanaryStep.of(10),
                                CanaryStep.of(25),
                                new CanaryStep(50, new Wait.UntilPromoted(), Optional.empty(), OptionalLong.empty()),
                                new CanaryStep(
                                        100,
                                        new Wait.For(Duration.ofMinutes(5)),
                                        Optional.of(Duration.ofMinutes(1)),
                                        OptionalLong.of(500))),
                        BatchSize.share(50)));
    }

    @Test
    void aCanaryThatNobodyLooksAtIsRefused() {
        assertThatThrownBy(() -> read(ENVIRONMENT + "strategy: canary\n"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("neither judges the canary")
                .hasMessageContaining("pause: manual");
        assertThat(read(ENVIRONMENT + "strategy: {canary: {steps: [{weight: 5, pause: manual}]}}\n")
                        .strategy()
                        .name())
                .isEqualTo("canary");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "blueGreen | 'environments.e.strategy.blueGreen.slots' is missing, and there are 3 instances",
                "{blueGreen: {slots: {blue: [a], green: [b]}}} | does not put each of the instances a, b, c",
                "{blueGreen: {slots: {blue: [a, b], green: [b, c]}}} | does not put each of the instances",
                "{blueGreen: {slots: {blue: [a], green: [b], red: [c]}}} | into one of two slots",
                "{blueGreen: {slots: {blue: [a, bb], green: [c]}}} | unknown instance 'bb'. Known are: a, b, c",
                "{blueGreen: {slots: {blue: [], green: [c]}}} | Name at least one",
                "{blueGreen: {keep: forever}} | is missing",
                "{blueGreen: {slots: {blue: [a, b], green: [c]}, keep: ever}} | not a duration",
                "{canary: {instances: [d]}} | unknown instance 'd'",
                "{canary: {instances: [a, b, c]}} | leaves no instance to compare the canary with",
                "{canary: {steps: []}} | names none",
                "{canary: {steps: [0]}} | Give a whole number of percent, from 1 to 100",
                "{canary: {steps: [101%]}} | Give a whole number of percent, from 1 to 100",
                "{canary: {steps: [{weight: 5, wait: 3s}]}} | Unknown key 'environments.e.strategy.canary.steps[0].wait'",
                "{canary: {steps: [{pause: 3s}]}} | Give the share of requests",
            })
    void whatCannotBeIsRefusedWithSubjectAndCure(String strategy, String message) {
        assertThatThrownBy(() -> with(strategy))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aCheckWithAPlaceholderIsAskedOfEachInstanceThatServes() {
        EnvironmentDefinition shop = read(
                ENVIRONMENT
                        + """
                smokeTest:
                  checks:
                    - http: http://127.0.0.1:8080/
                    - http: http://127.0.0.1:{port}/health
                    - {tcp: "127.0.0.1:{port}", name: port}
                    - {http: http://127.0.0.1:8080/state, bodyContains: "{open}"}
                """);
        assertThat(names(shop.smokeTest(List.of("b"))))
                .containsExactly(
                        "http http://127.0.0.1:8080/",
                        "http http://127.0.0.1:8080/state",
                        "http http://127.0.0.1:8082/health",
                        "port on b");
        assertThat(names(shop.smokeTestOf(List.of("a", "c"))))
                .containsExactly(
                        "http http://127.0.0.1:8081/health",
                        "port on a",
                        "http http://127.0.0.1:8083/health",
                        "port on c");
        assertThat(names(shop.smokeTest())).hasSize(8);
    }

    @Test
    void withoutPlaceholdersAnInstanceIsNotAskedByItself() {
        EnvironmentDefinition shop = read(ENVIRONMENT + "smokeTest: {checks: [{http: http://127.0.0.1:8080/}]}\n");
        assertThat(shop.smokeTestOf(List.of("a"))).isEmpty();
        assertThat(names(shop.smokeTest(List.of("a")))).hasSize(1);
    }

    private static List<String> names(Optional<SmokeTest> smokeTest) {
        return smokeTest.orElseThrow().checks().stream().map(Check::name).toList();
    }
}
