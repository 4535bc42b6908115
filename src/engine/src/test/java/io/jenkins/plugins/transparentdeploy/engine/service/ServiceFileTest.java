package io.jenkins.plugins.transparentdeploy.engine.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.check.HttpCheck;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Recreate;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Rolling;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceFileTest {
    private static final JsonNode NO_OVERRIDES = JsonNodeFactory.instance.objectNode();

    private static final String SHOP =
            """
            service: shop
            keep: 3
            process:
              run: [bin/server, --port, "{port}"]
              environment: {HOME_DIR: "{directory}"}
            ready:
              http: http://127.0.0.1:{port}/health
              timeout: 20s
            environments:
              production:
                target:
                  releases: /srv/shop/{instance}
                  shared: ["logs/**"]
                instances:
                  a: {port: 8081}
                  b: {port: 8082}
                loadBalancer: {embedded: /run/shop/lb.sock}
                smokeTest:
                  checks:
                    - http: http://127.0.0.1:8080/
                      status: [200, 204]
                    - tcp: 127.0.0.1:8080
              staging:
                keep: 1
                target: {directory: /srv/staging}
                instances:
                  only: {port: 9000}
            """;

    private static EnvironmentDefinition read(String yaml, String environment) {
        return ServiceFile.parse("test.yaml", yaml).environment(environment, NO_OVERRIDES);
    }

    private static EnvironmentDefinition plus(String line) {
        return read("service: s\nenvironments:\n  e:\n    target: {directory: /srv/s}\n    " + line + "\n", "e");
    }

    @Test
    void placeholdersAreFilledInForEachInstance() {
        EnvironmentDefinition production = read(SHOP, "production");
        InstanceDefinition b = production.instance("b");
        assertThat(b.target().root()).isEqualTo(Path.of("/srv/shop/b"));
        assertThat(b.target().live()).isEqualTo(Path.of("/srv/shop/b/current"));
        ProcessDefinition process = b.process().orElseThrow();
        assertThat(((ProcessDefinition.Run) process.how()).command()).containsExactly("bin/server", "--port", "8082");
        assertThat(process.environment()).containsEntry("HOME_DIR", "/srv/shop/b/current");
        assertThat(((HttpCheck) b.ready().orElseThrow().check()).uri()).hasPort(8082);
        assertThat(b.ready().orElseThrow().timeout()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void whatAnEnvironmentSaysIsMergedOverTheDefaults() {
        assertThat(read(SHOP, "production").keep()).isEqualTo(3);
        assertThat(read(SHOP, "staging").keep()).isEqualTo(1);
    }

    @Test
    void overridesAreMergedOverTheEnvironment() throws Exception {
        EnvironmentDefinition changed = ServiceFile.parse("test.yaml", SHOP)
                .environment("production", Json.MAPPER.readTree("{\"strategy\":\"recreate\",\"keep\":9}"));
        assertThat(changed.strategy()).isEqualTo(new Recreate());
        assertThat(changed.keep()).isEqualTo(9);
        assertThat(changed.instances()).hasSize(2);
    }

    @Test
    void severalInstancesBehindALoadBalancerRollByDefault() {
        assertThat(read(SHOP, "production").strategy()).isEqualTo(new Rolling(1, Duration.ZERO));
        assertThat(read(SHOP, "staging").strategy()).isEqualTo(new Recreate());
    }

    @Test
    void theResolvedCopyReadsBackToTheSame() throws Exception {
        EnvironmentDefinition production = read(SHOP, "production");
        JsonNode copied = Json.MAPPER.readTree(Json.MAPPER.writeValueAsString(production.resolved()));
        EnvironmentDefinition again = EnvironmentReader.read("shop", "production", copied);
        assertThat(again.instances().toString())
                .isEqualTo(production.instances().toString());
        assertThat(again.strategy()).isEqualTo(production.strategy());
        assertThat(again.loadBalancer()).isEqualTo(production.loadBalancer());
    }

    @Test
    void aServiceCanBeDescribedByOverridesAlone() throws Exception {
        EnvironmentDefinition alone = ServiceFile.empty("shop")
                .environment("production", Json.MAPPER.readTree("{\"target\":{\"directory\":\"/srv/shop\"}}"));
        assertThat(alone.instances()).singleElement().satisfies(instance -> assertThat(instance.name())
                .isEqualTo("shop"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stratgey: rolling | Unknown key 'environments.e.stratgey'. Did you mean 'strategy'?",
                "strategy: roling | unknown strategy 'roling'. Did you mean 'rolling'?",
                "strategy: {canary: {}} | Unknown key 'environments.e.strategy.canary'",
                "strategy: {rolling: {batch: 0}} | Give a whole number from 1",
                "loadBalancer: {ngnix: x} | Unknown key 'environments.e.loadBalancer.ngnix'",
                "drain: soon | 'environments.e.drain' is 'soon', not a duration. Write it like 500ms, 30s",
                "smokeTest: {checks: []} | Add at least one",
                "smokeTest: {checks: [{htpp: x}]} | Did you mean 'http'?",
                "smokeTest: {checks: [{http: 'http://a b/'}]} | is not a URL",
                "smokeTest: {checks: [{http: 'ftp://host/'}]} | not an absolute http or https URL",
                "smokeTest: {checks: [{tcp: localhost}]} | Write it as host:port",
                "smokeTest: {checks: [{tcp: 'a:1', bodyContains: x}]} | says nothing about a check of kind 'tcp'",
                "process: {start: [x]} | Give either 'run'",
                "process: {run: [x], reload: [y]} | Give either 'run'",
                "process: {run: [x], environment: {DB_PASSWORD: hunter2}} | looks like a secret",
                "process: {run: ['{prot}']} | has the placeholder {prot}, which has no value here",
                "instances: {'../x': {}} | cannot be a name",
                "instances: {a: {}, b: {}} | Put {instance} into it",
                "keep: many | Give a whole number",
                "analysis: {metrics: [{check: {tcp: 'a:1'}, floor: 200%}]} | not a share",
                "analysis: {metrics: [{errorRate: {}}]} | needs the figures of a load balancer",
                "analysis: {onInconclusive: hope, metrics: [{check: {tcp: 'a:1'}}]} | Known are: keep, rollback",
            })
    void whatCannotBeIsRefusedWithSubjectAndCure(String line, String message) {
        assertThatThrownBy(() -> plus(line))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aTargetMustBeNamedOnceAndAbsolutely() {
        assertThatThrownBy(() -> read("service: s\nenvironments: {e: {target: {directory: srv}}}", "e"))
                .hasMessageContaining("not an absolute path");
        assertThatThrownBy(() -> read("service: s\nenvironments: {e: {target: {directory: /}}}", "e"))
                .hasMessageContaining("root of the filesystem");
        assertThatThrownBy(() -> read("service: s\nenvironments: {e: {target: {directory: /a, releases: /b}}}", "e"))
                .hasMessageContaining("exactly one of: directory, releases");
        assertThatThrownBy(() -> read("service: s\nenvironments: {e: {keep: 2}}", "e"))
                .hasMessageContaining("'environments.e.target' is missing");
    }

    @Test
    void anUnknownEnvironmentListsTheKnownOnes() {
        assertThatThrownBy(() -> read(SHOP, "prodution"))
                .hasMessageContaining("has no environment 'prodution'")
                .hasMessageContaining("Did you mean 'production'? Known are: production, staging");
    }

    @Test
    void brokenYamlNamesTheLine() {
        assertThatThrownBy(() -> read("service: s\nenvironments:\n  e: [", "e"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("test.yaml is not YAML at line");
    }

    @Test
    void aKeyThatIsThereTwiceIsRefused() {
        assertThatThrownBy(() -> read("service: s\nservice: t\nenvironments: {e: {}}", "e"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("Duplicate");
    }

    @Test
    void aMissingFileSaysHowToGetOne() {
        assertThatThrownBy(() -> ServiceFile.read(Path.of("/nowhere/transparent-deploy.yaml")))
                .hasMessageContaining("There is no service file /nowhere/transparent-deploy.yaml")
                .hasMessageContaining("tdeploy init");
    }
}
