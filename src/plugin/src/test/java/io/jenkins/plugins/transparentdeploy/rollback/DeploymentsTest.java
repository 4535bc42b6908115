package io.jenkins.plugins.transparentdeploy.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Item;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.records.GeneratedRelease;
import io.jenkins.plugins.transparentdeploy.records.Health;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.Standing;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlAnchor;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.MockFolder;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What is live, over all jobs, in a folder and of one job; seen by those who may see a job that released it. */
@WithJenkins
class DeploymentsTest {
    private JenkinsRule jenkins;
    private MockFolder team;
    private WorkflowJob branch;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        team = jenkins.createFolder("team");
        branch = team.createProject(WorkflowJob.class, "main");
        WorkflowJob secret = jenkins.createProject(WorkflowJob.class, "secret");
        new GeneratedRelease("shop", "production", 1)
                .builtBy(branch.getFullName(), 1)
                .remember();
        new GeneratedRelease("shop", "production", 2)
                .builtBy(branch.getFullName(), 2)
                .remember();
        new GeneratedRelease("shop", "staging", 3)
                .builtBy("team/feature-that-was-merged", 1)
                .remember();
        new GeneratedRelease("vault", "production", 4)
                .builtBy(secret.getFullName(), 1)
                .remember();
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("rita", "stranger", "branchOnly")
                .grant(Item.DISCOVER)
                .everywhere()
                .to("rita")
                .grant(Item.READ, RollbackPermission.ROLLBACK)
                .onItems(team, branch)
                .to("rita")
                .grant(Item.READ)
                .onItems(team, branch)
                .to("branchOnly")
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin"));
    }

    @Test
    void everybodySeesWhatTheirJobsReleasedAndNobodyMore() throws Exception {
        assertThat(rows("rita", "deployments/")).containsExactly("shop production 1.2", "shop staging 1.3");
        assertThat(rows("admin", "deployments/"))
                .containsExactly("shop production 1.2", "shop staging 1.3", "vault production 1.4");
        assertThat(text("stranger", "deployments/"))
                .doesNotContain("1.2")
                .doesNotContain("staging")
                .doesNotContain("vault")
                .contains("Nothing has been released yet")
                .contains("autoRollback");
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("rita")) {
            web.assertFails("deployments/history?service=vault&environment=production", 404);
            web.assertFails("deployments/confirm?service=vault&environment=production&to=previous", 404);
            web.assertFails(team.getUrl() + "releases/history?service=vault&environment=production", 404);
        }
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("branchOnly")) {
            web.assertFails("deployments/confirm?service=shop&environment=production&to=previous", 403);
        }
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("stranger")) {
            web.assertFails(team.getUrl() + "releases/", 404);
        }
    }

    /** Not even as somebody who would be asked to log in, if he asked for the job itself. */
    @Test
    void aJobThatOneMayNotSeeIsNotNamedWhereItReleasedWhatOneSees() throws Exception {
        GeneratedRelease hidden = new GeneratedRelease("shop", "production", 9)
                .builtBy("secret", 7)
                .remember();
        ReleaseHistory shop = ReleaseHistory.of("shop", "production");
        shop.decided("{\"frozen\":true,\"actor\":{\"who\":\"alice\"},\"reason\":\"stocktaking\"}");
        for (String page : List.of("deployments/", team.getUrl() + "releases/")) {
            assertThat(text("rita", page)).as(page).contains("Frozen by alice").contains(hidden.version());
        }
        assertThat(text("rita", branch.getUrl() + "releases/")).doesNotContain("secret");
        assertThat(text("rita", "deployments/")).doesNotContain("vault");
        try (ACLContext ignored = ACL.as2(User.getById("rita", true).impersonate2())) {
            assertThat(new DeploymentsAction().freezeUrl(shop)).isEqualTo(branch.getUrl() + "freeze/");
        }
    }

    /** The branch is gone and its job with it: its folder decides. */
    @Test
    void whatADeletedBranchReleasedIsOnTheFoldersPage() throws Exception {
        assertThat(text("rita", team.getUrl() + "releases/")).contains("Deployments");
        assertThat(rows("rita", team.getUrl() + "releases/"))
                .containsExactly("shop production 1.2", "shop staging 1.3");
        assertThat(text("rita", team.getUrl() + "releases/confirm?service=shop&environment=staging&to=previous"))
                .contains("Roll back shop in staging?");
        branch.delete();
        assertThat(rows("rita", team.getUrl() + "releases/")).contains("shop production 1.2");
        assertThat(text("rita", team.getUrl() + "releases/confirm?service=shop&environment=production&to=previous"))
                .contains("1.1");
    }

    @Test
    void whatChangedInTheCodeIsOneClickAwayAsLongAsThereIsABuild() throws Exception {
        assertThat(changes()).as("no build of it is there").isEmpty();
        branch.setDefinition(new CpsFlowDefinition("", true));
        jenkins.buildAndAssertSuccess(branch);
        jenkins.buildAndAssertSuccess(branch);
        assertThat(changes()).as("since the release before").endsWith(branch.getUrl() + "changes?from=2&to=2");
        new GeneratedRelease("shop", "production", 4)
                .builtBy(branch.getFullName(), 2)
                .remember();
        assertThat(changes()).as("the same build once more: nothing since").isEmpty();
        new GeneratedRelease("shop", "production", 5)
                .builtBy("team/feature-that-was-merged", 1)
                .remember();
        assertThat(changes()).as("of a job that is gone").isEmpty();
        new GeneratedRelease("shop", "production", 6)
                .builtBy(branch.getFullName(), 2)
                .remember();
        assertThat(changes()).as("another job made the one before").endsWith(branch.getUrl() + "2/changes");
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("rita")) {
            web.goTo(branch.getUrl() + "changes?from=2&to=2");
            web.goTo(branch.getUrl() + "2/changes");
        }
    }

    private String changes() throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("rita")) {
            return web.goTo(branch.getUrl() + "releases/").getAnchors().stream()
                    .filter(anchor -> anchor.getTextContent().equals("What changed in the code"))
                    .map(HtmlAnchor::getHrefAttribute)
                    .collect(Collectors.joining(" "));
        }
    }

    @Test
    void aLongHistoryIsShownInPartsWithoutLoadingABuild() throws Exception {
        branch.setDefinition(new CpsFlowDefinition("", true));
        jenkins.buildAndAssertSuccess(branch);
        jenkins.buildAndAssertSuccess(branch);
        branch.doReload();
        for (int number = 10; number < 70; number++) {
            new GeneratedRelease("shop", "production", number)
                    .builtBy(branch.getFullName(), number)
                    .remember();
        }
        String first = "deployments/history?service=shop&environment=production";
        assertThat(text("rita", first))
                .contains("Page 1 of 3")
                .contains("1.69")
                .contains("1.45")
                .doesNotContain("1.44");
        assertThat(text("rita", first + "&page=3"))
                .contains("1.1")
                .doesNotContain("1.44")
                .contains("Newer");
        assertThat(text("rita", first + "&page=-1")).contains("Page 1 of 3");
        assertThat(text("rita", first + "&page=2000000000")).contains("Page 3 of 3");
        assertThat(text("rita", first + "&page=3"))
                .as("builds that are there are named")
                .contains("team » main #2");
        assertThat(branch.getLazyBuildMixIn().getRunMap().getLoadedBuilds()).isEmpty();
        assertThat(text("rita", branch.getUrl() + "releases/")).contains("37 older releases");
    }

    @Test
    void healthSaysWhatTheNewestReleasesCameTo() throws Exception {
        ReleaseHistory shop = ReleaseHistory.of("shop", "production");
        assertThat(shop.getHealth()).isEqualTo(Health.CHECKED);
        GeneratedRelease bad = new GeneratedRelease("shop", "production", 5)
                .states("PREPARED", "DEPLOYING", "ROLLING_BACK", "ROLLED_BACK")
                .remember();
        assertThat(shop.getHealth()).isEqualTo(Health.LAST_DID_NOT_MAKE_IT);
        assertThat(shop.standingOf(shop.summary(bad.id()).orElseThrow())).isEqualTo(Standing.ROLLED_BACK);
        new GeneratedRelease("shop", "production", 6)
                .states("PREPARED", "DEPLOYING")
                .remember();
        assertThat(shop.getHealth()).isEqualTo(Health.RELEASING);
        assertThat(shop.getPreviousEntry().getVersion())
                .as("what is not decided is given up for what is live")
                .isEqualTo("1.2");
        assertThat(text("rita", branch.getUrl() + "releases/")).contains("Roll back to 1.2");
        assertThat(shop.previous()).get().returns("1.1", kept -> kept.getVersion());
        new GeneratedRelease("shop", "production", 7)
                .states("PREPARED", "ROLLING_BACK", "ROLLBACK_FAILED")
                .remember();
        assertThat(shop.getHealth()).isEqualTo(Health.NEEDS_A_PERSON);
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("rita")) {
            assertThat(web.goTo("deployments/")
                            .querySelector("#main-panel [role=alert]")
                            .asNormalizedText())
                    .as("above everything else")
                    .isEqualTo("shop in production: Rollback failed: a person is needed");
        }
    }

    /** In the queue, and on the executors' list, too. */
    @Test
    void aRollbackIsNamedToThoseOnlyWhoMaySeeWhatItChanges() throws Exception {
        ReleaseHistory shop = ReleaseHistory.of("shop", "production");
        Asked asked = new Asked(new DeploymentsAction(), "rita", "127.0.0.1", null);
        UndertakingTask task =
                new UndertakingTask(new Rollback(shop, "previous", false, asked, asked.request("rollback", shop)));
        for (String user : List.of("rita", "branchOnly", "stranger")) {
            try (ACLContext ignored = ACL.as2(User.getById(user, true).impersonate2())) {
                assertThat(task.hasReadPermission()).as(user).isEqualTo(!user.equals("stranger"));
                assertThat(task.hasAbortPermission()).as(user).isEqualTo(user.equals("rita"));
            }
        }
    }

    @Test
    void aRollbackMakesTheReleaseBeforeItLiveAgainAndTheOtherKnownToBeBad() throws Exception {
        ReleaseHistory shop = ReleaseHistory.of("shop", "production");
        GeneratedRelease first = new GeneratedRelease("shop", "production", 1);
        new GeneratedRelease("shop", "production", 8).rollbackTo(first).remember();
        assertThat(shop.live()).get().returns("1.1", live -> live.getVersion());
        assertThat(shop.getBroughtLiveBy().isRollback()).isTrue();
        assertThat(shop.previous()).isEmpty();
        assertThat(text("rita", branch.getUrl() + "releases/"))
                .contains("Brought back")
                .contains("Rolled back by hand");
    }

    @Test
    void everythingThatWasAskedForIsListedWithWhoAndWhyAndFromWhereForThoseWhoDecide() throws Exception {
        ReleaseHistory shop = ReleaseHistory.of("shop", "production");
        askedForAndFailed(shop, 60);
        String newest = text("rita", "deployments/history?service=shop&environment=production");
        assertThat(newest).contains("from 192.0.2.7").contains("50 earlier ones");

        Set<String> reasons = new HashSet<>();
        String pages = "deployments/audit?service=shop&environment=production&page=";
        for (int page = 1; page <= 3; page++) {
            List<String> rows = asked("rita", pages + page);
            assertThat(rows).hasSize(page < 3 ? 25 : 10).allSatisfy(row -> assertThat(row)
                    .contains("alice")
                    .contains("from 192.0.2.7")
                    .contains("Not done"));
            rows.forEach(row -> reasons.add(row.replaceAll("(?s).*(orders fail \\d+).*", "$1")));
        }
        assertThat(reasons).as("none twice, none left out").hasSize(60).contains("orders fail 0", "orders fail 59");
        assertThat(text("rita", pages + 3)).contains("Page 3 of 3: 60 in all").contains("Newer");
        assertThat(asked("branchOnly", pages + 1))
                .hasSize(25)
                .allSatisfy(row -> assertThat(row).contains("alice").doesNotContain("192.0.2.7"));
    }

    /** As if in an earlier run of Jenkins. */
    private void askedForAndFailed(ReleaseHistory shop, int times) {
        Path directory = jenkins.jenkins.getRootDir().toPath().resolve("transparent-deploy/rollbacks");
        for (int number = 0; number < times; number++) {
            Asked asked = new Asked(new DeploymentsAction(), "alice", "192.0.2.7", "orders fail " + number);
            Rollback one = new Rollback(shop, "previous", false, asked, asked.request("rollback", shop));
            one.createIn(directory.toFile());
            one.failed("the disk was away");
        }
        new Rollbacks.Resumption().onLoaded();
        assertThat(Rollbacks.get().of("shop", "production")).hasSize(times);
    }

    private List<String> asked(String user, String path) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login(user)) {
            return web.goTo(path).querySelectorAll(".tdeploy-audit tbody tr").stream()
                    .map(DomNode::asNormalizedText)
                    .toList();
        }
    }

    private List<String> rows(String user, String path) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login(user)) {
            return web.goTo(path).querySelectorAll("#deployments tbody tr").stream()
                    .map(row -> row.querySelectorAll("td").stream()
                            .limit(3)
                            .map(cell -> cell.getTextContent().strip())
                            .reduce((left, right) -> left + " " + right)
                            .orElse(""))
                    .toList();
        }
    }

    private String text(String user, String path) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login(user)) {
            HtmlPage page = web.goTo(path);
            return page.asNormalizedText();
        }
    }
}
