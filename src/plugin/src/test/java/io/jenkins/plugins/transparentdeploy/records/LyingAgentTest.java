package io.jenkins.plugins.transparentdeploy.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import hudson.XmlFile;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.transparentdeploy.LyingHost;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * A shop lives on an agent that lies, and a bank on one that does not. Whatever the liar says, nothing of the bank changes,
 * nothing that was settled about the shop does, every page still opens, and with the truth everything goes on.
 */
@WithJenkins
class LyingAgentTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
    private static final String MARKUP = "\"><img src=x onerror=alert(1)></script>";
    private static final String OF_SHOP = "?service=shop&environment=production";
    private static final String SHOP = "transparent-deploy/services/shop";
    private static final int MOST_OF_A_PAGE = 8_000_000;

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private LyingHost liar;
    private WorkflowJob shop;
    private WorkflowJob bank;
    private String firstOfShop;
    private Map<String, String> bankBefore;

    @BeforeEach
    void aShopAndABankOfTwoReleasesEach(JenkinsRule rule) throws Exception {
        jenkins = rule;
        liar = new LyingHost(directory.resolve("liar"));
        jenkins.createSlave("liar", "liar", liar.environment());
        jenkins.createSlave("honest", "honest", null);
        shop = jenkins.createProject(WorkflowJob.class, "shop");
        bank = jenkins.createProject(WorkflowJob.class, "bank");
        for (String version : List.of("1.0", "1.1")) {
            run(Result.SUCCESS, bank, deploy("honest", "bank", version));
            run(Result.SUCCESS, shop, deploy("liar", "shop", version));
        }
        firstOfShop = history("shop").wayBack().orElseThrow().getId();
        bankBefore = everythingOfTheBank();
    }

    @AfterEach
    void theBankIsAsItWasAndTheTruthIsBelievedAgain() throws Exception {
        assertThat(everythingOfTheBank())
                .as("nothing of the bank has changed")
                .containsExactlyInAnyOrderEntriesOf(bankBefore);
        liar.tellsTheTruth();
        run(Result.SUCCESS, shop, deploy("liar", "shop", "1.2"));
        assertThat(history("shop").live()).get().returns("1.2", ReleaseSummary::getVersion);
        assertThat(directory.resolve("shop/page")).hasContent("shop 1.2");
        run(Result.SUCCESS, bank, deploy("honest", "bank", "1.2"));
    }

    @Test
    void itSpeaksForNobodyElseAndOfNoTimeToCome() throws Exception {
        Map<String, String> shopBefore = filesBelow(SHOP);
        ReleaseSummary live = history("bank").live().orElseThrow();
        refused("shop", release("bank"), "answered with a record of bank/production");
        refused(
                "shop",
                (ObjectNode) history("bank").find(live.getId()).orElseThrow().release(),
                "answered with a record of bank/production");
        refused("shop", release("shop").put("environment", "staging"), "answered with a record of shop/staging");
        refused("shop", release("../../x"), "answered with a record of ../../x/production");
        refused("shop", release("shop").put("id", "../../x"), "id '../../x' is none", "clock of the host");
        refused("shop", release("shop").put("id", id(Duration.ofDays(7))), "lies in the future", "clock of the host");
        refused("shop", release("shop").put("id", live.getId() + "/../" + firstOfShop), "is none");
        refused("bank", release("bank"), "answered for the service 'bank', which it was not asked about");
        ObjectNode ofAnother = liar.result("SUCCEEDED", "well", release("shop"));
        refused(
                "shop",
                ofAnother.put("releaseDirectory", liar.files(live.getId()).toString()),
                "the files of another");
        ofAnother.remove("release");
        refused("shop", ofAnother, "names files of a release, and no release");
        refused("shop", MAPPER.createObjectNode().put("outcome", "SUCCEEDED").put("message", "\ud800"), "is no text");

        // Only the file in the workspace names the service, and that is on the liar's disk.
        liar.answers("bank", liar.result("SUCCEEDED", "well", release("bank")));
        WorkflowRun build = run(
                Result.FAILURE,
                shop,
                "node('liar') { writeFile file: 'transparent-deploy.yaml', text: 'service: shop';"
                        + " writeFile file: 'app/page', text: 'x'; deploy environment: 'production', artifact: 'app',"
                        + " version: '9', stateDirectory: '" + directory.resolve("state of liar") + "' }");
        jenkins.assertLogContains("bank/production lives on agent honest and was never released by shop", build);
        liar.answers("../../x", liar.result("SUCCEEDED", "well", release("../../x")));
        build = run(
                Result.FAILURE,
                shop,
                "node('liar') { writeFile file: 'app/page', text: 'x'; deploy environment: 'production', artifact:"
                        + " 'app', version: '9', stateDirectory: '" + directory.resolve("state of liar") + "' }");
        jenkins.assertLogContains("'../../x' cannot be a name", build);
        assertThat(filesBelow(SHOP)).isEqualTo(shopBefore);
        try (Stream<Path> services =
                Files.list(jenkins.jenkins.getRootDir().toPath().resolve("transparent-deploy/services"))) {
            assertThat(services.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("bank", "shop");
        }
    }

    @Test
    void itTakesNoReleaseOfAnotherBuildAndNoneInTheSameBuild() throws Exception {
        ObjectNode first =
                (ObjectNode) history("shop").find(firstOfShop).orElseThrow().release();
        WorkflowRun build =
                refused("shop", first, "answered with release " + firstOfShop + ", which is one of shop #1");
        assertThat(build.getArtifactManager().root().child("release").exists()).isFalse();

        // The id of what the honest agent releases in the same build: there is one directory of artifacts for it.
        ObjectNode stolen = liar.result("SUCCEEDED", "well", release("shop").put("id", "@id@"));
        liar.answers("shop", stolen);
        build = run(
                Result.FAILURE,
                shop,
                "def id; " + deploy("honest", "bank", "1.1b").replace("deploy service", "id = deploy service")
                        + "; node { sh \"sed -i s/@id@/$id/g '" + liar.resultFile() + "' && cp -r '"
                        + liar.files("@id@") + "' '" + liar.files("x") + "/../'$id\" }; "
                        + deploy("liar", "shop", "9"));
        String id = history("bank").live().orElseThrow().getId();
        jenkins.assertLogContains("answered with release " + id + ", which is one of another service in", build);
        assertThat(build.getArtifactManager()
                        .root()
                        .child("release/" + id + "/release.json")
                        .open())
                .asString(StandardCharsets.UTF_8)
                .contains("\"bank\"")
                .doesNotContain("lie");
        bankBefore = everythingOfTheBank();
    }

    @Test
    void whatHadComeToItsEndStays() throws Exception {
        Map<String, String> shopBefore = filesBelow(SHOP);
        HistoryEntry live = history("shop")
                .live()
                .flatMap(summary -> history("shop").find(summary.getId()))
                .orElseThrow();
        ObjectNode back = live.release().deepCopy();
        addState(addState(back, "ROLLING_BACK"), "ROLLED_BACK");
        rollbackRefused("previous", back, "was '1.1: Succeeded' before", "Rolled back", "tdeploy history");
        ObjectNode shorter = live.release().deepCopy();
        ((ArrayNode) shorter.path("states")).remove(shorter.path("states").size() - 1);
        rollbackRefused("previous", shorter, "was '1.1: Succeeded' before");
        rollbackRefused(
                "previous", live.release().<ObjectNode>deepCopy().put("version", "6.6.6"), "as '6.6.6: Succeeded'");
        rollbackRefused("previous", live.release(), "was to bring back 'previous'", "tdeploy status");

        ObjectNode another = new GeneratedRelease("shop", "production", 1)
                .rollbackTo(new GeneratedRelease("shop", "production", 0).with("id", live.getId()))
                .with("id", id(Duration.ZERO))
                .release();
        rollbackRefused(firstOfShop, another, "was to bring back '" + firstOfShop + "'", live.getId());
        assertThat(filesBelow(SHOP)).isEqualTo(shopBefore);

        String page = post(shop.getUrl() + "releases/rollback" + OF_SHOP + "&to=" + firstOfShop)
                .getWebRequest()
                .getUrl()
                .toString()
                .replace(jenkins.getURL().toString(), "");
        await().atMost(Duration.ofSeconds(90))
                .until(() -> json(page).path("ended").asBoolean());
        JsonNode end = json(page);
        assertThat(end.path("done").asBoolean()).as(end.toString()).isFalse();
        assertThat(end.path("message").asText()).contains("was to bring back '" + firstOfShop + "'");
        assertThat(get(page).getContentAsString()).contains("Not done.", "tdeploy status");
        assertThat(filesBelow(SHOP)).isEqualTo(shopBefore);
    }

    @Test
    void whateverItsSizeThereIsAPage() throws Exception {
        liar.answersWithNothingBut("shop", 300_000_000);
        jenkins.assertLogContains(
                "has 300000000 bytes, which is more than any release says of itself",
                run(Result.FAILURE, shop, deploy("liar", "shop", "9")));

        ObjectNode enormous = release("shop").put("id", id(Duration.ZERO));
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
        WorkflowRun build = run(Result.SUCCESS, shop, deploy("liar", "shop", "9"));
        everyPageOf(build)
                .forEach((path, page) -> assertThat(page.getContentAsString().length())
                        .as("length of %s", path)
                        .isLessThan(MOST_OF_A_PAGE));
    }

    @Test
    void allThatItSaysIsText() throws Exception {
        ObjectNode hostile = MAPPER.createObjectNode();
        String id = id(Duration.ZERO);
        hostile.setAll(release("shop"));
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
        WorkflowRun build = run(Result.SUCCESS, shop, deploy("liar", "shop", "9"));
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
        WebResponse preview = post(shop.getUrl() + "releases/plan" + OF_SHOP + "&to=previous");
        assertThat(preview.getStatusCode()).isEqualTo(200);
        assertThat(preview.getContentAsString()).contains("onerror=alert(1)");
        assertNoMarkup(Map.of("plan", preview));
        for (String nonsense :
                List.of("{", "[1]", MARKUP, "{\"files\": 7}", "{\"files\": {\"a\": 1}, \"drifted\": [[]]}")) {
            liar.previews(nonsense);
            preview = post(shop.getUrl() + "releases/plan" + OF_SHOP + "&to=previous");
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
                shop.getUrl() + "releases/confirm" + OF_SHOP + "&to=previous",
                shop.getUrl() + "freeze/",
                "deployments/",
                "deployments/history" + OF_SHOP,
                "deployments/audit" + OF_SHOP,
                "deployments/api/json?depth=4")) {
            WebResponse page = get(path);
            boolean mayBeMissing = path.contains("samples") || path.contains("operations");
            assertThat(page.getStatusCode()).as(path).isIn(mayBeMissing ? Set.of(200, 404) : Set.of(200));
            pages.put(path, page);
        }
        return pages;
    }

    private JsonNode json(String page) throws Exception {
        return MAPPER.readTree(get(page + "api/json").getContentAsString());
    }

    private WebResponse get(String path) throws Exception {
        return answer(new WebRequest(URI.create(jenkins.getURL() + path).toURL()));
    }

    private WebResponse post(String path) throws Exception {
        return answer(new WebRequest(URI.create(jenkins.getURL() + path).toURL(), HttpMethod.POST));
    }

    private WebResponse answer(WebRequest request) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient().withJavaScriptEnabled(false)) {
            web.setThrowExceptionOnFailingStatusCode(false);
            return web.getPage(request.getHttpMethod() == HttpMethod.POST ? web.addCrumb(request) : request)
                    .getWebResponse();
        }
    }

    /** The shop's build fails with all of that, for the liar's agent says that this is what it released. */
    private WorkflowRun refused(String answersAs, ObjectNode recordOrResult, String... why) throws Exception {
        liar.answers(
                answersAs,
                recordOrResult.has("outcome") ? recordOrResult : liar.result("SUCCEEDED", "well", recordOrResult));
        WorkflowRun build = run(Result.FAILURE, shop, deploy("liar", "shop", "9"));
        for (String part : why) {
            jenkins.assertLogContains(part, build);
        }
        return build;
    }

    private void rollbackRefused(String to, JsonNode record, String... why) throws Exception {
        liar.answers("shop", liar.result("RESTORED", "well", record));
        WorkflowRun build =
                run(Result.FAILURE, shop, "rollback service: 'shop', environment: 'production', to: '" + to + "'");
        for (String part : why) {
            jenkins.assertLogContains(part, build);
        }
    }

    private static ObjectNode addState(ObjectNode release, String state) {
        release.withArray("/states")
                .addObject()
                .put("state", state)
                .put("at", Instant.now().toString())
                .put("reason", "");
        return release;
    }

    private static ObjectNode release(String service) {
        return new GeneratedRelease(service, "production", 1).release();
    }

    private static String id(Duration fromNow) {
        return ID_TIME.format(Instant.now().plus(fromNow)) + "-00000000";
    }

    private static ReleaseHistory history(String service) {
        return ReleaseHistory.of(service, "production");
    }

    /** Every file that Jenkins keeps of the bank, and of the builds of its job. */
    private Map<String, String> everythingOfTheBank() throws IOException {
        Map<String, String> all = filesBelow("transparent-deploy/services/bank");
        all.putAll(filesBelow("jobs/bank/builds"));
        all.remove("jobs/bank/builds/permalinks"); // is made anew by whoever looks
        return all;
    }

    private Map<String, String> filesBelow(String part) throws IOException {
        Map<String, String> all = new TreeMap<>();
        Path home = jenkins.jenkins.getRootDir().toPath();
        try (Stream<Path> files = Files.walk(home.resolve(part))) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                all.put(
                        home.relativize(file).toString(),
                        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return all;
    }

    private String deploy(String agent, String service, String version) throws IOException {
        Path target = Files.createDirectories(directory.resolve(service));
        return "node('" + agent + "') { deleteDir(); writeFile file: 'app/page', text: '" + service + " " + version
                + "'; deploy service: '" + service + "', environment: 'production', stateDirectory: '"
                + directory.resolve("state of " + agent) + "', artifact: 'app', version: '" + version
                + "', target: directory('" + target + "') }";
    }

    private WorkflowRun run(Result result, WorkflowJob job, String pipeline) throws Exception {
        job.setDefinition(new CpsFlowDefinition(pipeline, true));
        return jenkins.assertBuildStatus(result, job.scheduleBuild2(0));
    }
}
