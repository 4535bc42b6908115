package io.jenkins.plugins.transparentdeploy.records;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import hudson.XmlFile;
import hudson.model.Result;
import hudson.model.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.htmlunit.WebResponse;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;

/** Whatever the liar of {@link LiarsShop} says, every page still opens, and none takes it for more than text. */
class LyingAgentPagesTest extends AmongLiars {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String MARKUP = "\"><img src=x onerror=alert(1)></script>";
    private static final int MOST_OF_A_PAGE = 8_000_000;

    @Test
    void whateverItsSizeThereIsAPage() throws Exception {
        liar.answersWithNothingBut("shop", 300_000_000);
        jenkins.assertLogContains(
                "has 300000000 bytes, which is more than any release says of itself",
                place.run(Result.FAILURE, shop, place.deploy("liar", "shop", "9")));

        ObjectNode enormous = LiarsShop.release("shop").put("id", LiarsShop.id(Duration.ZERO));
        String megabyte = "x".repeat(1_000_000);
        for (String text : List.of("version", "commit", "strategy", "reason", "parent")) {
            enormous.put(text, megabyte);
        }
        enormous.withObject("/actor").put("who", megabyte);
        for (int number = 0; number < 50_000; number++) {
            enormous.withObject("/instances").putObject("i" + number).put("manifest", "m");
            enormous.withArray("/convergence/instances")
                    .addObject()
                    .put("instance", "i" + number)
                    .put("reason", "none");
            enormous.withArray("/smokeTest/results").addObject().put("name", "check" + number);
            enormous.withArray("/report/entries")
                    .addObject()
                    .put("step", "s")
                    .withArray("/details")
                    .add("d");
            enormous.withArray("/states").addObject().put("state", "DEPLOYING");
        }
        enormous.withArray("/states").addObject().put("state", "SUCCEEDED").put("reason", megabyte);
        liar.answers("shop", liar.result("SUCCEEDED", megabyte, enormous));
        WorkflowRun build = place.run(Result.SUCCESS, shop, place.deploy("liar", "shop", "9"));
        everyPageOf(build)
                .forEach((path, page) -> assertThat(page.getContentAsString().length())
                        .as("length of %s", path)
                        .isLessThan(MOST_OF_A_PAGE));
    }

    @Test
    void allThatItSaysIsText() throws Exception {
        ObjectNode hostile = MAPPER.createObjectNode();
        String id = LiarsShop.id(Duration.ZERO);
        hostile.setAll(LiarsShop.release("shop"));
        hostile.withObject("/incident")
                .put("reason", "x")
                .put("onset", "x")
                .put("detected", Instant.now().toString());
        hostile.withObject("/analysis")
                .put("summary", "x")
                .put("score", 1e300)
                .withArray("/metrics")
                .addObject()
                .put("metric", "x")
                .put("evidence", "x");
        hostile.withArray("/report/entries")
                .addObject()
                .put("step", "x")
                .put("summary", "x")
                .withArray("/details")
                .add("x");
        hostile.withArray("/playbookRuns")
                .addObject()
                .put("playbook", "x")
                .put("version", "x")
                .withArray("/hosts")
                .addObject()
                .put("host", "x")
                .put("ok", -7);
        hostile.withArray("/convergence/instances")
                .addObject()
                .put("instance", "x")
                .put("host", "x")
                .put("reason", "x")
                .put("found", "x")
                .put("expected", "x");
        hostile.withObject("/leftOut/x").put("host", "x").put("when", "x").put("reason", "x");
        hostile.put("commit", "x").put("reason", "x").put("knownBad", "x").put("parent", "x");
        hostile.withObject("/delta")
                .put("created", -1)
                .put("updated", Long.MAX_VALUE)
                .put("bytes", Double.MAX_VALUE);
        JsonNode record = hostile(hostile);
        ((ObjectNode) record)
                .put("id", id)
                .put("service", "shop")
                .put("environment", "production")
                .put("kind", "DEPLOYMENT");
        ((ObjectNode) record.path("states").path(record.path("states").size() - 1)).put("state", "SUCCEEDED");
        liar.answers("shop", liar.result("SUCCEEDED", MARKUP + "\u0000\u0007", record));
        Path files = liar.files(id);
        Files.writeString(
                files.resolve("journal.jsonl"),
                "{\"kind\":\"intent\",\"seq\":1,\"at\":\"2026-01-01T00:00:00Z\","
                        + "\"operation\":"
                        + hostile(MAPPER.createObjectNode()
                                .put("type", "x")
                                .put("instance", "x")
                                .put("name", "x"))
                        + "}\n{\"kind\":\"intent\",\"seq\":1,\"operation\":{\"type\":\"create\",\"after\":{\"path\":"
                        + MAPPER.writeValueAsString(MARKUP) + "}}}\n" + "[".repeat(100_000) + "\n");
        Files.writeString(
                files.resolve("samples.jsonl"),
                "{\"at\":\"2026-01-01T00:00:00Z\",\"metric\":" + MAPPER.writeValueAsString(MARKUP)
                        + ",\"value\":1e999,\"text\":7}\n");
        Files.writeString(files.resolve("smoke-tests.xml"), "<" + MARKUP);
        WorkflowRun build = place.run(Result.SUCCESS, shop, place.deploy("liar", "shop", "9"));
        Map<String, WebResponse> pages = everyPageOf(build);
        assertNoMarkup(pages);
        assertThat(pages.get(build.getUrl() + "release/").getContentAsString()).contains("onerror=alert(1)");

        liar.previews(hostile(
                        MAPPER.readTree(
                                """
                {"files": {"x": {"created": ["x"], "updated": ["x"], "deleted": ["x"], "more": -1}},
                 "delta": {"created": 9223372036854775807, "updated": 9223372036854775807, "deleted": 1e999},
                 "configuration": [{"pointer": "x", "before": {"x": "x"}, "after": "x"}],
                 "takenBack": ["x"], "runAgain": ["x"], "oneWay": ["x"], "drifted": {"x": ["x"]},
                 "givesUp": true, "back": {"version": "x"}, "expected": "PT2562047788015H", "measured": -1,
                 "refusals": [{"obstacle": "x", "problem": "x", "cure": "x"}]}
                """))
                .toString());
        WebResponse preview = place.click(shop.getUrl() + "releases/plan" + LiarsShop.OF_SHOP + "&to=previous");
        assertThat(preview.getStatusCode()).isEqualTo(200);
        assertThat(preview.getContentAsString()).contains("onerror=alert(1)");
        assertNoMarkup(Map.of("plan", preview));
        for (String nonsense :
                List.of("{", "[1]", MARKUP, "{\"files\": 7}", "{\"files\": {\"a\": 1}, \"drifted\": [[]]}")) {
            liar.previews(nonsense);
            preview = place.click(shop.getUrl() + "releases/plan" + LiarsShop.OF_SHOP + "&to=previous");
            assertThat(preview.getStatusCode()).as(nonsense).isEqualTo(200);
            assertNoMarkup(Map.of(nonsense, preview));
        }

        Object kept = new XmlFile(
                        Run.XSTREAM2,
                        build.getRootDir().toPath().resolve("build.xml").toFile())
                .read();
        assertThat(kept).as("what is kept of it can be read again").isInstanceOf(WorkflowRun.class);
    }

    /** Every name in it, and every text, is markup with what XML cannot hold; what a page cannot do without stays. */
    private static JsonNode hostile(JsonNode node) {
        if (node.isTextual()) {
            return node.asText().matches("\\d{4}-.*Z|PT.*|[A-Z_]+")
                    ? node
                    : TextNode.valueOf(MARKUP + "\u0000\u001b[31m\uffff");
        }
        if (node.isArray()) {
            ArrayNode array = MAPPER.createArrayNode();
            node.forEach(one -> array.add(hostile(one)));
            return array;
        }
        if (node.isObject()) {
            ObjectNode object = MAPPER.createObjectNode();
            node.properties()
                    .forEach(property -> object.set(
                            property.getKey().equals("x") ? MARKUP : property.getKey(), hostile(property.getValue())));
            return object;
        }
        return node;
    }

    private static void assertNoMarkup(Map<String, WebResponse> pages) {
        pages.forEach((path, page) -> {
            if (page.getContentType().equals("text/html")) {
                assertThat(page.getContentAsString())
                        .as(path)
                        .doesNotContain("<img src=x")
                        .doesNotContain("\u0000");
            }
        });
    }

    /** Everything that shows anything of it. */
    private Map<String, WebResponse> everyPageOf(WorkflowRun build) throws Exception {
        String id = build.getAction(ReleaseAction.class).getReleases().get(0).getId();
        Map<String, WebResponse> pages = new LinkedHashMap<>();
        for (String path : List.of(
                "",
                build.getUrl(),
                build.getUrl() + "release/",
                build.getUrl() + "release/api/json?depth=3",
                build.getUrl() + "release/samples?id=" + id,
                build.getUrl() + "release/operations?id=" + id,
                build.getUrl() + "release/progress",
                build.getUrl() + "console",
                shop.getUrl(),
                shop.getUrl() + "releases/",
                shop.getUrl() + "releases/confirm" + LiarsShop.OF_SHOP + "&to=previous",
                shop.getUrl() + "freeze/",
                "deployments/",
                "deployments/history" + LiarsShop.OF_SHOP,
                "deployments/audit" + LiarsShop.OF_SHOP,
                "deployments/api/json?depth=4")) {
            WebResponse page = place.get(path);
            boolean mayBeMissing = path.contains("samples") || path.contains("operations");
            assertThat(page.getStatusCode()).as(path).isIn(mayBeMissing ? Set.of(200, 404) : Set.of(200));
            pages.put(path, page);
        }
        return pages;
    }
}
