package io.jenkins.plugins.transparentdeploy.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.transparentdeploy.Shop;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockFolder;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * The Jenkinsfiles about strategies and scaling, run as they stand but for places, ports and how long is waited: two
 * instances of a real server, behind a real nginx, a real HAProxy and the embedded load balancer, with users who must not
 * notice anything.
 */
@WithJenkins
class DocumentedStrategiesTest {
    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
    private static final Pattern JENKINSFILE = Pattern.compile("```groovy\\n(.*?)```", Pattern.DOTALL);

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path temporary;

    private JenkinsRule jenkins;
    private MockFolder team;
    private DumbSlave agent;

    @BeforeEach
    void anAgentForProduction(JenkinsRule rule) throws Exception {
        jenkins = rule;
        agent = rule.createOnlineSlave();
        agent.setLabelString("production");
        // Whoever scales stands beside whoever releases.
        team = rule.createFolder("team");
    }

    @Test
    void nobodyNoticesACanaryNorAnotherSlotNorFewerInstances() throws Exception {
        try (Place behindNginx = new Place("shop", temporary.resolve("nginx"));
                DebianProxy nginx = DebianProxy.nginx(behindNginx.root, behindNginx.a, behindNginx.b)) {
            scaledAndThenReplacedByACanary(behindNginx, nginx);
        }
        try (Place behindHaProxy = new Place("store", temporary.resolve("haproxy"));
                DebianProxy haproxy = DebianProxy.haproxy(behindHaProxy.root, behindHaProxy.a, behindHaProxy.b)) {
            replacedBySlots(behindHaProxy, haproxy);
        }
    }

    @Test
    void whatIsSlowGetsNoFurtherThanTheFirstBatchAndACanaryWaitsForAPerson() throws Exception {
        try (Place place = new Place("shop", temporary.resolve("embedded"));
                EmbeddedProxy embedded = new EmbeddedProxy(place.root, place.a, place.b)) {
            replacedInBatches(place, embedded);
            promotedByHand(place, embedded);
        }
    }

    private void replacedInBatches(Place place, EmbeddedProxy embedded) throws Exception {
        String rolling = shortened(
                embedded.here(place.here(jenkinsfiles("docs/strategies.md", 4).get(2))));
        buildTroubled("rolling", "orders open");
        run("rolling", first(place, rolling), Result.SUCCESS);
        try (Users users = new Users(embedded.url())) {
            buildTroubled("rolling", "all orders open");
            WorkflowRun good = run("rolling", rolling, Result.SUCCESS);
            jenkins.assertLogContains("judging a", good);
            assertThat(place.page("b")).isEqualTo("all orders open");

            buildTroubled("rolling", "orders open, but slow");
            WorkflowRun bad = run("rolling", rolling, Result.FAILURE);
            jenkins.assertLogContains("latency", bad);
            jenkins.assertLogNotContains("judging a, b", bad);
            assertThat(users.saw("orders open")).isPositive();
            assertThat(users.saw("all orders open")).isPositive();
            assertThat(users.troubles()).isEmpty();
        }
        assertThat(place.page("a")).isEqualTo("all orders open");
        assertThat(place.page("b")).isEqualTo("all orders open");
        unfreeze("rolling");
    }

    private void promotedByHand(Place place, EmbeddedProxy embedded) throws Exception {
        String canary =
                embedded.here(place.here(jenkinsfiles("docs/strategies.md", 4).get(3)));
        buildTroubled("manual", "orders open for all");
        try (Users users = new Users(embedded.url())) {
            WorkflowRun run = start("manual", canary);
            jenkins.waitForMessage("wait until promoted", run);
            await().atMost(Duration.ofSeconds(60)).until(() -> users.saw("orders open for all") > 0);
            assertThat(place.page("b")).isEqualTo("orders open for all");
            assertThat(place.page("a")).as("until somebody has looked at it").isEqualTo("all orders open");
            promote(run);
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
            assertThat(users.troubles()).isEmpty();
        }
        assertThat(place.page("a")).isEqualTo("orders open for all");
    }

    /** Not as long as for a real service. */
    private static String shortened(String jenkinsfile) {
        return jenkinsfile.replace("window: '30s'", "window: '3s'").replace("pause: '10s'", "pause: '1s'");
    }

    /** As <i>Do not wait: next step</i> on the Release page does. */
    private void promote(WorkflowRun run) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            URL step = new URL(
                    jenkins.getURL(), run.getUrl() + "release/steer?service=shop&environment=production&verb=promote");
            web.getPage(web.addCrumb(new WebRequest(step, HttpMethod.POST)));
        }
    }

    /** As a person does who has looked at it. */
    private void unfreeze(String job) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            jenkins.submit(web.goTo("job/team/job/" + job + "/freeze/").getFormByName("freeze-shop-production"));
        }
    }

    private void buildTroubled(String job, String page) throws Exception {
        TroubledShop.build(workspace(job).resolve("build/shop"), page, temporary.resolve("shop.log"));
    }

    private void scaledAndThenReplacedByACanary(Place place, DebianProxy nginx) throws Exception {
        String canary =
                nginx.here(place.here(jenkinsfiles("docs/strategies.md", 4).get(0)));
        List<String> scaling = jenkinsfiles("docs/steps/scale.md", 2);
        build("canary", "orders open");
        run("canary", first(place, canary), Result.SUCCESS);
        try (Users users = new Users(nginx.url())) {
            String rare = place.here(scaling.get(0)).replace("* * * * *", "0 0 1 1 *");
            WorkflowRun fewer = run("scale", rare, Result.SUCCESS);
            jenkins.assertLogContains("scaled from 2 to 1 instances", fewer);
            String eager = place.here(scaling.get(1)).replace("demand: 120", "demand: 10");
            WorkflowRun more = run("scale", eager.replace("'5m'", "'1ms', window: '2s'"), Result.SUCCESS);
            jenkins.assertLogContains("from 1 to 2 instances: ", more);

            build("canary", "orders open, and faster");
            WorkflowRun good = run("canary", canary.replace("'30s'", "'2s'"), Result.SUCCESS);
            jenkins.assertLogContains("b: 20 % of the requests", good);
            assertThat(users.saw("orders open")).isPositive();
            assertThat(users.saw("orders open, and faster")).isPositive();
            assertThat(users.troubles()).isEmpty();
        }
        assertThat(place.page("a")).isEqualTo("orders open, and faster");
        assertThat(place.page("b")).isEqualTo("orders open, and faster");
    }

    private void replacedBySlots(Place place, DebianProxy haproxy) throws Exception {
        String blueGreen =
                haproxy.here(place.here(jenkinsfiles("docs/strategies.md", 4).get(1)));
        build("slots", "orders open");
        run("slots", first(place, blueGreen), Result.SUCCESS);
        try (Users users = new Users(haproxy.url())) {
            build("slots", "all orders open");
            run("slots", blueGreen, Result.SUCCESS);
            assertThat(place.page("b")).as("the idle slot").isEqualTo("all orders open");
            assertThat(place.page("a")).as("kept").isEqualTo("orders open");

            build("slots", "orders closed");
            WorkflowRun bad = run("slots", blueGreen, Result.FAILURE);
            jenkins.assertLogContains("smoke test failed before any request was sent there: each instance", bad);
            jenkins.assertLogNotContains("requests go to a only", bad);
            assertThat(users.saw("all orders open")).isPositive();
            assertThat(users.saw("orders closed"))
                    .as("of what failed on the idle slot")
                    .isZero();
            assertThat(users.troubles()).isEmpty();
        }
        assertThat(place.page("b")).isEqualTo("all orders open");
    }

    private static List<String> jenkinsfiles(String page, int count) throws IOException {
        List<String> found = new ArrayList<>();
        Matcher matcher = JENKINSFILE.matcher(Files.readString(ROOT.resolve(page)));
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        assertThat(found).as("Jenkinsfiles in " + page).hasSize(count);
        return found;
    }

    /** The same service's first release, for there has to be one that users may notice the end of. */
    private static String first(Place place, String jenkinsfile) {
        Matcher deploy = Pattern.compile("deploy (artifact: .*?)strategy: ", Pattern.DOTALL)
                .matcher(jenkinsfile);
        assertThat(deploy.find()).as(jenkinsfile).isTrue();
        return place.here("node('production') { deploy service: 'shop', environment: 'production', ")
                + deploy.group(1)
                + "strategy: recreate(), scaling: demandScaling(demand: 1000, window: '2s') }";
    }

    /** What a build leaves in the workspace: a server, and the page that it shows. */
    private void build(String job, String page) throws IOException {
        Path shop = workspace(job).resolve("build/shop");
        Files.createDirectories(shop.resolve("web"));
        Files.writeString(shop.resolve("web/index.html"), page);
        Files.copy(Shop.server("9.4.57"), shop.resolve("server.jar"), StandardCopyOption.REPLACE_EXISTING);
        Path start = Files.createDirectories(shop.resolve("bin")).resolve("shop");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Files.writeString(
                start,
                "#!/bin/sh\nexec " + java + " -jar \"$PWD/server.jar\" --host 127.0.0.1 --port \"$2\" \"$PWD/web\"\n");
        Files.setPosixFilePermissions(start, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path workspace(String job) {
        return Path.of(agent.getRemoteFS(), "workspace", "team", job);
    }

    private WorkflowRun run(String name, String jenkinsfile, Result result) throws Exception {
        return jenkins.assertBuildStatus(result, jenkins.waitForCompletion(start(name, jenkinsfile)));
    }

    private WorkflowRun start(String name, String jenkinsfile) throws Exception {
        WorkflowJob job = jenkins.jenkins.getItemByFullName("team/" + name, WorkflowJob.class);
        if (job == null) {
            job = team.createProject(WorkflowJob.class, name);
        }
        job.setDefinition(new CpsFlowDefinition(jenkinsfile, true));
        return job.scheduleBuild2(0).waitForStart();
    }

    /** Where the two instances are, and on which ports. */
    private static final class Place implements AutoCloseable {
        private final String service;
        private final Path root;
        private final int a = DebianProxy.freePort();
        private final int b = DebianProxy.freePort();

        Place(String service, Path root) throws IOException {
            this.service = service;
            this.root = root;
            Files.createDirectories(root.resolve("srv/shop/a"));
            Files.createDirectories(root.resolve("srv/shop/b"));
        }

        String here(String jenkinsfile) {
            return jenkinsfile
                    .replace("/srv/shop", root + "/srv/shop")
                    .replace("8081", Integer.toString(a))
                    .replace("8082", Integer.toString(b))
                    .replace("service: 'shop'", "service: '" + service + "', stateDirectory: '" + root + "/state'");
        }

        String page(String instance) throws IOException {
            return Files.readString(root.resolve("srv/shop").resolve(instance).resolve("web/index.html"));
        }

        @Override
        public void close() {
            Shop.endAllBelow(root);
        }
    }
}
