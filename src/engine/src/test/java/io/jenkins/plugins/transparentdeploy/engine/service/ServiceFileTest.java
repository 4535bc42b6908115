package io.jenkins.plugins.transparentdeploy.engine.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.SecretReference;
import io.jenkins.plugins.transparentdeploy.engine.check.Bounds;
import io.jenkins.plugins.transparentdeploy.engine.check.Credentials;
import io.jenkins.plugins.transparentdeploy.engine.check.HttpAccess;
import io.jenkins.plugins.transparentdeploy.engine.check.HttpCheck;
import io.jenkins.plugins.transparentdeploy.engine.check.HttpExpectation;
import io.jenkins.plugins.transparentdeploy.engine.check.PrometheusCheck;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTest;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Recreate;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Rolling;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
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
    void retentionIsByNumberAgeAndQuota() {
        assertThat(read(SHOP, "production").retention()).isEmpty();
        assertThat(plus("retention: {}").retention()).contains(new Keeping(10, Optional.empty(), OptionalLong.empty()));
        assertThat(plus("retention: {releases: 3, age: 30d, quota: 20GB}").retention())
                .contains(new Keeping(3, Optional.of(Duration.ofDays(30)), OptionalLong.of(20_000_000_000L)));
        assertThatThrownBy(() -> plus("retention: {releases: 0}")).hasMessageContaining("retention.releases");
        assertThatThrownBy(() -> plus("retention: {quota: much}"))
                .hasMessageContaining("retention.quota")
                .hasMessageContaining("20GB");
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
                "strategy: {canary: {}} | needs a load balancer for dividing requests",
                "strategy: blueGreen | needs a load balancer for the switch",
                "strategy: {rolling: {batch: 0}} | Give a number from 1, or a share such as 25%",
                "strategy: {rolling: {batch: 101%}} | Give a number from 1, or a share such as 25%",
                "strategy: {rolling: {analysis: true}} | Add 'analysis:'",
                "strategy: {rolling: {surges: [a]}} | Unknown key 'environments.e.strategy.rolling.surges'",
                "loadBalancer: {ngnix: x} | Unknown key 'environments.e.loadBalancer.ngnix'",
                "drain: soon | 'environments.e.drain' is 'soon', not a duration. Write it like 500ms, 30s",
                "smokeTest: {checks: []} | Add at least one",
                "smokeTest: {checks: [{htpp: x}]} | Did you mean 'http'?",
                "smokeTest: {checks: [{http: 'http://a b/'}]} | is not a URL",
                "smokeTest: {checks: [{http: 'ftp://host/'}]} | not an absolute http or https URL",
                "smokeTest: {checks: [{tcp: localhost}]} | Write it as host:port",
                "smokeTest: {checks: [{tcp: 'a:1', bodyContains: x}]} | says nothing about a check of kind 'tcp'",
                "smokeTest: {checks: [{tcp: 'a:1', atMost: 1}]} | says nothing about a check of kind 'tcp'",
                "smokeTest: {checks: [{http: 'http://h/', json: {status: UP}}]} | Write it like /status",
                "smokeTest: {checks: [{http: 'http://h/', auth: {bearer: hunter2}}]} | Say where it is: {env: NAME}",
                "smokeTest: {checks: [{http: 'http://h/', auth: {basic: {user: u, password: {fiel: x}}}}]} | Did you mean 'file'?",
                "smokeTest: {checks: [{http: 'http://h/', caFile: ca.pem}]} | not an absolute path",
                "smokeTest: {checks: [{prometheus: up, atLeast: 1}]} | 'environments.e.smokeTest.checks[0].server' is missing",
                "smokeTest: {checks: [{prometheus: up, server: 'http://h:9090'}]} | Give one of them, or both",
                "smokeTest: {checks: [{log: /var/log/x, atMost: 0}]} | Give a regular expression",
                "smokeTest: {checks: [{log: /var/log/x, pattern: '(', atMost: 0}]} | is not a regular expression",
                "ready: {log: /var/log/x, pattern: up, atLeast: 1} | what an earlier start wrote",
                "scaling: {demand: 100} | needs a load balancer",
                "process: {start: [x]} | Give either 'run'",
                "process: {run: [x], reload: [y]} | Give either 'run'",
                "process: {run: [x], systemd: shop} | Give either 'run'",
                "process: {run: [x], scope: user} | is only about a unit of systemd",
                "process: {systemd: shop, scope: users} | Did you mean 'user'",
                "process: {systemd: '--now'} | which cannot be a unit",
                "process: {systemd: shop, directory: /srv} | would have no effect",
                "process: {run: [x], environment: {DB_PASSWORD: hunter2}} | looks like a secret",
                "process: {run: ['{prot}']} | has the placeholder {prot}, which has no value here",
                "instances: {'../x': {}} | cannot be a name",
                "instances: {a: {}, b: {}} | Put {instance} into it",
                "keep: many | Give a whole number",
                "freezeAfterRollback: sometimes | Give true or false",
                "notifications: [{webhook: 'ftp://a/', secret: {env: S}}] | not an absolute http or https URL",
                "notifications: [{webhook: 'https://u:p@a/', secret: {env: S}}] | holds credentials",
                "notifications: [{webhook: 'https://a/', secret: sesame}] | is not a reference to a secret",
                "notifications: [{webhook: 'https://a/', secret: {env: S}, events: [release.rolledback]}] | Did you mean 'release.rolledBack'?",
                "hooks: {beforDeploy: []} | Did you mean 'beforeDeploy'?",
                "hooks: {beforeDeploy: [{command: [migrate]}]} | does not say what takes it back. Give exactly one of",
                "hooks: {afterDeploy: [{command: [x], oneWay: true, undo: [y]}]} | is one-way and has an 'undo'",
                "hooks: {afterDeploy: [{command: [x], undo: later}]} | Write [program, argument]",
                "hooks: {afterDeploy: [{undo: [y]}]} | says no command",
                "hooks: {afterDeploy: [{command: [x, '--password=y'], oneWay: true}]} | seems to hold a secret",
                "hooks: {afterDeploy: [{command: [x], undo: [y], environment: {API_TOKEN: z}}]} | seems to hold a secret",
                "hooks: {beforeRollback: [{command: [x], undo: [y]}]} | is never taken back",
                "hooks: {afterDeploy: [{command: [x], oneWay: true}, {command: [x], oneWay: true}]} | the name of another",
                "hooks: {beforeTraffic: [{command: [x], oneWay: true}]} | never comes with the strategy 'recreate'",
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
    void readsEveryKindOfCheck() {
        SmokeTest smokeTest =
                plus("""
                        smokeTest:
                              checks:
                                - http: https://127.0.0.1:8443/health
                                  json: {/status: UP, /ready: true}
                                  caFile: /etc/ssl/shop.pem
                                  auth: {basic: {user: probe, password: {file: /etc/shop/probe}}}
                                - http: http://127.0.0.1:8080/
                                  auth: {bearer: {env: SHOP_TOKEN}}
                                - prometheus: sum(rate(errors_total[1m]))
                                  server: http://127.0.0.1:9090
                                  atMost: 0.5
                                - log: /var/log/shop.log
                                  pattern: ERROR
                                  atMost: 0
                        """)
                        .smokeTest()
                        .orElseThrow();
        HttpCheck first = (HttpCheck) smokeTest.checks().get(0);
        assertThat(first.expectations())
                .contains(
                        HttpExpectation.JsonValue.of("/status", "UP"), HttpExpectation.JsonValue.of("/ready", "true"));
        assertThat(first.access())
                .isEqualTo(new HttpAccess(
                        Optional.of(
                                new Credentials.Basic("probe", new SecretReference.Stored(Path.of("/etc/shop/probe")))),
                        Optional.of(Path.of("/etc/ssl/shop.pem"))));
        assertThat(((HttpCheck) smokeTest.checks().get(1)).access().credentials())
                .contains(new Credentials.Bearer(new SecretReference.Variable("SHOP_TOKEN")));
        assertThat(((PrometheusCheck) smokeTest.checks().get(2)).bounds()).isEqualTo(Bounds.atMost(0.5));
        assertThat(smokeTest.logFiles()).containsExactly(Path.of("/var/log/shop.log"));
    }

    @Test
    void aSecretInTheWrongPlaceIsNotRepeated() {
        assertThatThrownBy(() -> plus("smokeTest: {checks: [{http: 'http://h/', auth: {bearer: hunter2}}]}"))
                .isInstanceOf(RefusedException.class)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void aTargetMustBeNamedOnceAndAbsolutely() {
        assertThatThrownBy(() -> read("service: s\nenvironments: {e: {target: {directory: srv}}}", "e"))
                .hasMessageContaining("not an absolute path");
        assertThatThrownBy(() -> read("service: s\nenvironments: {e: {target: {directory: /}}}", "e"))
                .hasMessageContaining("root of the filesystem");
        assertThatThrownBy(() -> read("service: s\nenvironments: {e: {target: {directory: /a, releases: /b}}}", "e"))
                .hasMessageContaining("exactly one of: ansible, command, directory, releases");
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "process: {run: [&program bin/server, *program]}|at line 4 has the alias '*program'",
                "target: &target {directory: /srv/a}\\n    drain: *target|at line 5 has the alias '*target'",
                "drain: 1s\\n---\\nservice: bank|at line 6 begins a second document",
                "process: {run: [server, --umask, 022]}|at line 4 has 022, which YAML takes for the number 18",
                "process: {run: [server], environment: {MASK: 0x1F}}|at line 4 has 0x1F, which YAML takes for the number 31",
                "process: {run: [ls, ~]}|'environments.test.process.run' holds ~ or null",
                "process: {run: [ls], environment: {HOME: ~}}|'environments.test.process.environment.HOME' holds ~ or null",
                "process: {run: [ls], environment: {LIST: [a]}}|'environments.test.process.environment.LIST' is not a text"
            })
    void whatWouldBeMisreadIsRefused(String lines, String problem) {
        String yaml = "service: shop\nenvironments:\n  test:\n    " + lines.replace("\\n", "\n");
        assertThatThrownBy(() -> ServiceFile.parse("file.yaml", yaml)
                        .environment("test", Json.MAPPER.readTree("{\"target\": {\"directory\": \"/srv/shop\"}}")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void aNumberThatIsMeantAsATextKeepsItsZeros() {
        EnvironmentDefinition definition = ServiceFile.parse(
                        "file.yaml",
                        """
                        service: shop
                        environments:
                          test:
                            target: {directory: /srv/shop}
                            process: {run: [server, 1.10, 08, 8080], environment: {VERSION: 2.0}}
                        """)
                .environment("test", Json.MAPPER.createObjectNode());
        assertThat(definition.instances().get(0).process().orElseThrow().toString())
                .contains("[server, 1.10, 08, 8080]")
                .contains("VERSION=2.0");
    }

    @Test
    void oneDocumentMayBeginAndEndAsSuch() {
        assertThat(ServiceFile.parse("file.yaml", "---\nservice: shop\nenvironments: {a: {}}\n...\n")
                        .service())
                .isEqualTo("shop");
        assertThat(ServiceFile.parse("file.yaml", "service: shop\nenvironments: {}\n---\n")
                        .service())
                .isEqualTo("shop");
    }
}
