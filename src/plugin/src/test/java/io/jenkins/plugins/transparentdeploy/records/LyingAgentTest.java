package io.jenkins.plugins.transparentdeploy.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hudson.model.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;

/** Whatever the liar of {@link LiarsShop} says, nothing that was settled changes. */
class LyingAgentTest extends AmongLiars {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void itSpeaksForNobodyElseAndOfNoTimeToCome() throws Exception {
        Map<String, String> shopBefore = place.filesOfTheShop();
        ReleaseSummary live = LiarsShop.history("bank").live().orElseThrow();
        refused("shop", LiarsShop.release("bank"), "answered with a record of bank/production");
        refused(
                "shop",
                (ObjectNode) LiarsShop.history("bank")
                        .find(live.getId())
                        .orElseThrow()
                        .release(),
                "answered with a record of bank/production");
        refused(
                "shop",
                LiarsShop.release("shop").put("environment", "staging"),
                "answered with a record of shop/staging");
        refused("shop", LiarsShop.release("../../x"), "answered with a record of ../../x/production");
        refused("shop", LiarsShop.release("shop").put("id", "../../x"), "id '../../x' is none", "clock of the host");
        refused(
                "shop",
                LiarsShop.release("shop").put("id", LiarsShop.id(Duration.ofDays(7))),
                "lies in the future",
                "clock of the host");
        refused("shop", LiarsShop.release("shop").put("id", live.getId() + "/../" + place.firstOfShop()), "is none");
        refused("bank", LiarsShop.release("bank"), "answered for the service 'bank', which it was not asked about");
        ObjectNode ofAnother = liar.result("SUCCEEDED", "well", LiarsShop.release("shop"));
        refused(
                "shop",
                ofAnother.put("releaseDirectory", liar.files(live.getId()).toString()),
                "the files of another");
        ofAnother.remove("release");
        refused("shop", ofAnother, "names files of a release, and no release");
        refused("shop", MAPPER.createObjectNode().put("outcome", "SUCCEEDED").put("message", "\ud800"), "is no text");

        // Only the file in the workspace names the service, and that is on the liar's disk.
        liar.answers("bank", liar.result("SUCCEEDED", "well", LiarsShop.release("bank")));
        WorkflowRun build = place.run(
                Result.FAILURE,
                shop,
                "node('liar') { writeFile file: 'transparent-deploy.yaml', text: 'service: shop';"
                        + " writeFile file: 'app/page', text: 'x'; deploy environment: 'production', artifact: 'app',"
                        + " version: '9', stateDirectory: '" + place.stateOf("liar") + "' }");
        jenkins.assertLogContains("bank/production lives on agent honest and was never released by shop", build);
        liar.answers("../../x", liar.result("SUCCEEDED", "well", LiarsShop.release("../../x")));
        build = place.run(
                Result.FAILURE,
                shop,
                "node('liar') { writeFile file: 'app/page', text: 'x'; deploy environment: 'production', artifact:"
                        + " 'app', version: '9', stateDirectory: '" + place.stateOf("liar") + "' }");
        jenkins.assertLogContains("'../../x' cannot be a name", build);
        assertThat(place.filesOfTheShop()).isEqualTo(shopBefore);
        try (Stream<Path> services =
                Files.list(jenkins.jenkins.getRootDir().toPath().resolve("transparent-deploy/services"))) {
            assertThat(services.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("bank", "shop");
        }
    }

    @Test
    void itTakesNoReleaseOfAnotherBuildAndNoneInTheSameBuild() throws Exception {
        ObjectNode first = (ObjectNode) LiarsShop.history("shop")
                .find(place.firstOfShop())
                .orElseThrow()
                .release();
        WorkflowRun build =
                refused("shop", first, "answered with release " + place.firstOfShop() + ", which is one of shop #1");
        assertThat(build.getArtifactManager().root().child("release").exists()).isFalse();

        // The id of what the honest agent releases in the same build: there is one directory of artifacts for it.
        ObjectNode stolen =
                liar.result("SUCCEEDED", "well", LiarsShop.release("shop").put("id", "@id@"));
        liar.answers("shop", stolen);
        build = place.run(
                Result.FAILURE,
                shop,
                "def id; " + place.deploy("honest", "bank", "1.1b").replace("deploy service", "id = deploy service")
                        + "; node { sh \"sed -i s/@id@/$id/g '" + liar.resultFile() + "' && cp -r '"
                        + liar.files("@id@") + "' '" + liar.files("x") + "/../'$id\" }; "
                        + place.deploy("liar", "shop", "9"));
        String id = LiarsShop.history("bank").live().orElseThrow().getId();
        jenkins.assertLogContains("answered with release " + id + ", which is one of another service in", build);
        assertThat(build.getArtifactManager()
                        .root()
                        .child("release/" + id + "/release.json")
                        .open())
                .asString(StandardCharsets.UTF_8)
                .contains("\"bank\"")
                .doesNotContain("lie");
        place.theBankIsNow();
    }

    @Test
    void whatHadComeToItsEndStays() throws Exception {
        Map<String, String> shopBefore = place.filesOfTheShop();
        HistoryEntry live = LiarsShop.history("shop")
                .live()
                .flatMap(summary -> LiarsShop.history("shop").find(summary.getId()))
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
                .with("id", LiarsShop.id(Duration.ZERO))
                .release();
        rollbackRefused(place.firstOfShop(), another, "was to bring back '" + place.firstOfShop() + "'", live.getId());
        assertThat(place.filesOfTheShop()).isEqualTo(shopBefore);

        String page = place.click(
                        shop.getUrl() + "releases/rollback" + LiarsShop.OF_SHOP + "&to=" + place.firstOfShop())
                .getWebRequest()
                .getUrl()
                .toString()
                .replace(jenkins.getURL().toString(), "");
        await().atMost(Duration.ofSeconds(90))
                .until(() -> json(page).path("ended").asBoolean());
        JsonNode end = json(page);
        assertThat(end.path("done").asBoolean()).as(end.toString()).isFalse();
        assertThat(end.path("message").asText()).contains("was to bring back '" + place.firstOfShop() + "'");
        assertThat(place.get(page).getContentAsString()).contains("Not done.", "tdeploy status");
        assertThat(place.filesOfTheShop()).isEqualTo(shopBefore);
    }

    private JsonNode json(String page) throws Exception {
        return MAPPER.readTree(place.get(page + "api/json").getContentAsString());
    }

    /** The shop's build fails with all of that, for the liar's agent says that this is what it released. */
    private WorkflowRun refused(String answersAs, ObjectNode recordOrResult, String... why) throws Exception {
        liar.answers(
                answersAs,
                recordOrResult.has("outcome") ? recordOrResult : liar.result("SUCCEEDED", "well", recordOrResult));
        WorkflowRun build = place.run(Result.FAILURE, shop, place.deploy("liar", "shop", "9"));
        for (String part : why) {
            jenkins.assertLogContains(part, build);
        }
        return build;
    }

    private void rollbackRefused(String to, JsonNode record, String... why) throws Exception {
        liar.answers("shop", liar.result("RESTORED", "well", record));
        WorkflowRun build = place.run(
                Result.FAILURE, shop, "rollback service: 'shop', environment: 'production', to: '" + to + "'");
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
}
