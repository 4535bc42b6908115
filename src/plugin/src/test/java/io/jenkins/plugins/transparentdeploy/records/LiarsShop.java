package io.jenkins.plugins.transparentdeploy.records;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import hudson.model.Result;
import io.jenkins.plugins.transparentdeploy.Click;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.htmlunit.WebResponse;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * A shop lives on an agent that lies, and a bank on one that does not; each has two releases. Whatever the liar says, nothing
 * of the bank is to change, and with the truth everything is to go on.
 */
final class LiarsShop {
    static final String OF_SHOP = "?service=shop&environment=production";

    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);

    private final JenkinsRule jenkins;
    private final Path directory;
    private final LyingHost liar;
    private final WorkflowJob shop;
    private final WorkflowJob bank;
    private final String firstOfShop;
    private Map<String, String> bankBefore;

    LiarsShop(JenkinsRule jenkins, Path directory) throws Exception {
        this.jenkins = jenkins;
        this.directory = directory;
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

    LyingHost liar() {
        return liar;
    }

    WorkflowJob shop() {
        return shop;
    }

    /** The id of what the shop would go back to at the beginning. */
    String firstOfShop() {
        return firstOfShop;
    }

    /** The bank has released something itself: from now on this is what must not change. */
    void theBankIsNow() throws IOException {
        bankBefore = everythingOfTheBank();
    }

    void assertBankUnchanged() throws IOException {
        assertThat(everythingOfTheBank())
                .as("nothing of the bank has changed")
                .containsExactlyInAnyOrderEntriesOf(bankBefore);
    }

    void assertTruthIsBelieved() throws Exception {
        liar.tellsTheTruth();
        run(Result.SUCCESS, shop, deploy("liar", "shop", "1.2"));
        assertThat(history("shop").live()).get().returns("1.2", ReleaseSummary::getVersion);
        assertThat(directory.resolve("shop/page")).hasContent("shop 1.2");
        run(Result.SUCCESS, bank, deploy("honest", "bank", "1.2"));
    }

    WebResponse get(String path) throws Exception {
        try (JenkinsRule.WebClient web = client()) {
            return web.getPage(URI.create(jenkins.getURL() + path).toURL()).getWebResponse();
        }
    }

    WebResponse click(String path) throws Exception {
        try (JenkinsRule.WebClient web = client()) {
            return Click.on(web, path);
        }
    }

    private JenkinsRule.WebClient client() {
        return jenkins.createWebClient().withJavaScriptEnabled(false).withThrowExceptionOnFailingStatusCode(false);
    }

    static ObjectNode release(String service) {
        return new GeneratedRelease(service, "production", 1).release();
    }

    static String id(Duration fromNow) {
        return ID_TIME.format(Instant.now().plus(fromNow)) + "-00000000";
    }

    static ReleaseHistory history(String service) {
        return ReleaseHistory.of(service, "production");
    }

    /** Every file that Jenkins keeps of the bank, and of the builds of its job. */
    private Map<String, String> everythingOfTheBank() throws IOException {
        Map<String, String> all = filesBelow("transparent-deploy/services/bank");
        all.putAll(filesBelow("jobs/bank/builds"));
        all.remove("jobs/bank/builds/permalinks"); // is made anew by whoever looks
        return all;
    }

    /** Every file that Jenkins keeps of the shop. */
    Map<String, String> filesOfTheShop() throws IOException {
        return filesBelow("transparent-deploy/services/shop");
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

    Path stateOf(String agent) {
        return directory.resolve("state of " + agent);
    }

    String deploy(String agent, String service, String version) throws IOException {
        Path target = Files.createDirectories(directory.resolve(service));
        return "node('" + agent + "') { deleteDir(); writeFile file: 'app/page', text: '" + service + " " + version
                + "'; deploy service: '" + service + "', environment: 'production', stateDirectory: '"
                + stateOf(agent) + "', artifact: 'app', version: '" + version
                + "', target: directory('" + target + "') }";
    }

    WorkflowRun run(Result result, WorkflowJob job, String pipeline) throws Exception {
        job.setDefinition(new CpsFlowDefinition(pipeline, true));
        return jenkins.assertBuildStatus(result, job.scheduleBuild2(0));
    }
}
