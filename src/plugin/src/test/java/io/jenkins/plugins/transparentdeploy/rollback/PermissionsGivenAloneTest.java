package io.jenkins.plugins.transparentdeploy.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.fasterxml.jackson.databind.JsonNode;
import hudson.model.Item;
import hudson.security.AuthorizationMatrixProperty;
import hudson.security.GlobalMatrixAuthorizationStrategy;
import hudson.security.Permission;
import hudson.security.ProjectMatrixAuthorizationStrategy;
import io.jenkins.plugins.transparentdeploy.ReleasePermissions;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.matrixauth.AuthorizationContainer;
import org.jenkinsci.plugins.matrixauth.PermissionEntry;
import org.jenkinsci.plugins.matrixauth.inheritance.InheritParentStrategy;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * Each permission of the group given alone, by the matrix: for all of Jenkins, on the jobs, and on their folder. Rita may
 * roll back, Fred freeze, Paula promote, Rose only read; Nora has all three, and may see no job.
 */
@WithJenkins
class PermissionsGivenAloneTest {
    private static final Map<String, Permission> ALONE = Map.of(
            "rita", RollbackPermission.ROLLBACK,
            "fred", ReleasePermissions.FREEZE,
            "paula", ReleasePermissions.PROMOTE);
    private static final List<String> READERS = List.of("rita", "fred", "paula", "rose");
    private static final String BLIND = "nora";
    private static final String WHERE = "?service=shop&environment=";

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private Folder team;
    private WorkflowJob staging;
    private WorkflowJob production;
    private String tested;

    @BeforeEach
    void aServiceInTwoEnvironmentsOfTwoJobs(JenkinsRule rule) throws Exception {
        jenkins = rule;
        team = jenkins.createProject(Folder.class, "team");
        staging = team.createProject(WorkflowJob.class, "staging");
        production = team.createProject(WorkflowJob.class, "production");
        release(production, "1.0", "open");
        tested = release(staging, "1.1", "open and fast");
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
    }

    @Test
    void forAllOfJenkins() throws Exception {
        GlobalMatrixAuthorizationStrategy matrix = new GlobalMatrixAuthorizationStrategy();
        everybodyEnters(matrix);
        readersRead(matrix);
        eachHasItsOwn(matrix);
        jenkins.jenkins.setAuthorizationStrategy(matrix);

        eachDoesItsOwnAndNothingElse();
    }

    @Test
    void onTheJobs() throws Exception {
        ProjectMatrixAuthorizationStrategy matrix = new ProjectMatrixAuthorizationStrategy();
        everybodyEnters(matrix);
        jenkins.jenkins.setAuthorizationStrategy(matrix);
        readersRead(onFolder());
        for (WorkflowJob job : List.of(staging, production)) {
            AuthorizationMatrixProperty property =
                    new AuthorizationMatrixProperty(Map.of(), new InheritParentStrategy());
            eachHasItsOwn(property);
            job.addProperty(property);
        }

        eachDoesItsOwnAndNothingElse();
    }

    @Test
    void onTheFolder() throws Exception {
        ProjectMatrixAuthorizationStrategy matrix = new ProjectMatrixAuthorizationStrategy();
        everybodyEnters(matrix);
        jenkins.jenkins.setAuthorizationStrategy(matrix);
        AuthorizationContainer<?> property = onFolder();
        readersRead(property);
        eachHasItsOwn(property);

        eachDoesItsOwnAndNothingElse();
    }

    private static void everybodyEnters(AuthorizationContainer<?> matrix) {
        READERS.forEach(user -> matrix.add(Jenkins.READ, PermissionEntry.user(user)));
        matrix.add(Jenkins.READ, PermissionEntry.user(BLIND));
    }

    private static void readersRead(AuthorizationContainer<?> matrix) {
        READERS.forEach(user -> matrix.add(Item.READ, PermissionEntry.user(user)));
    }

    private static void eachHasItsOwn(AuthorizationContainer<?> matrix) {
        ALONE.forEach((user, permission) -> {
            matrix.add(permission, PermissionEntry.user(user));
            matrix.add(permission, PermissionEntry.user(BLIND));
        });
    }

    private AuthorizationContainer<?> onFolder() throws Exception {
        var property = new com.cloudbees.hudson.plugins.folder.properties.AuthorizationMatrixProperty(
                Map.<Permission, Set<String>>of());
        team.addProperty(property);
        return property;
    }

    private void eachDoesItsOwnAndNothingElse() throws Exception {
        eachIsOfferedItsOwn();
        nothingIsThereForWhoeverMayReadNoJob();
        othersAreForbidden();

        Program fred = new Program(jenkins, "fred");
        for (String page : pages(production)) {
            assertThat(fred.status(freeze(page, true))).as(page).isEqualTo(302);
            assertThat(history("production").getFreeze()).returns("fred", freeze -> freeze.getWho());
            assertThat(fred.status(freeze(page, false))).as(page).isEqualTo(302);
            assertThat(history("production").getFreeze()).isNull();
        }

        JsonNode promoted = new Program(jenkins, "paula").ask(promote(staging.getUrl() + "releases"));
        assertThat(promoted.path("outcome").asText()).as(promoted.toString()).isEqualTo("SUCCEEDED");
        assertThat(page()).hasContent("open and fast");

        JsonNode restored = new Program(jenkins, "rita").ask(rollback(production.getUrl() + "releases"));
        assertThat(restored.path("outcome").asText()).as(restored.toString()).isEqualTo("RESTORED");
        assertThat(page()).hasContent("open");
        assertThat(restored.path("user").asText()).isEqualTo("rita");

        try (JenkinsRule.WebClient web = jenkins.createWebClient().login(BLIND)) {
            web.assertFails(Rollbacks.get().of("shop", "production").get(0).getUrl(), 404);
        }
    }

    /** The pages on which the same can be asked for: the job's, its folder's, and that of all of Jenkins. */
    private List<String> pages(WorkflowJob job) {
        return List.of(job.getUrl() + "releases", team.getUrl() + "releases", "deployments");
    }

    private void eachIsOfferedItsOwn() throws Exception {
        for (String user : READERS) {
            try (JenkinsRule.WebClient web = jenkins.createWebClient().login(user)) {
                HtmlPage tests = web.getPage(staging, "releases");
                assertThat(tests.asNormalizedText()).as(user).contains("1.1");
                assertThat(tests.querySelectorAll("#main-panel a[href^=promotion]"))
                        .as(user)
                        .hasSize(user.equals("paula") ? 1 : 0);
                String service = "deployments/history" + WHERE + "production";
                assertThat(forms(web.goTo(service), "decide")).as(user).hasSize(user.equals("fred") ? 1 : 0);
                assertThat(forms(web.getPage(production, "freeze"), "decide"))
                        .as(user)
                        .hasSize(user.equals("fred") ? 1 : 0);
                String confirmation = production.getUrl() + "releases/confirm" + WHERE + "production&to=previous";
                if (user.equals("rita")) {
                    assertThat(forms(web.goTo(confirmation), "rollback")).hasSize(1);
                } else {
                    web.assertFails(confirmation, 403);
                }
            }
        }
    }

    private static List<HtmlForm> forms(HtmlPage page, String action) {
        return page.getForms().stream()
                .filter(form -> form.getActionAttribute().equals(action))
                .toList();
    }

    private void nothingIsThereForWhoeverMayReadNoJob() throws Exception {
        Program nora = new Program(jenkins, BLIND);
        for (String page : pages(production)) {
            assertThat(nora.status(rollback(page))).as(page).isEqualTo(404);
            assertThat(nora.status(plan(page))).as(page).isEqualTo(404);
            assertThat(nora.status(freeze(page, true))).as(page).isEqualTo(404);
        }
        for (String page : pages(staging)) {
            assertThat(nora.status(promote(page))).as(page).isEqualTo(404);
        }
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login(BLIND)) {
            assertThat(web.goTo("deployments/").asNormalizedText())
                    .doesNotContain("1.1")
                    .doesNotContain("staging");
            for (String hidden : List.of(
                    "deployments/history" + WHERE + "production",
                    "deployments/audit" + WHERE + "production",
                    "deployments/promotion" + WHERE + "staging&release=" + tested,
                    team.getUrl() + "releases/",
                    production.getUrl() + "releases/",
                    production.getUrl() + "freeze/",
                    production.getUrl() + "1/release/")) {
                web.assertFails(hidden, 404);
            }
        }
        assertNothingHappened();
    }

    private void othersAreForbidden() throws Exception {
        for (String user : READERS) {
            Program program = new Program(jenkins, user);
            for (String page : pages(production)) {
                if (!user.equals("rita")) {
                    assertThat(program.status(rollback(page)))
                            .as(user + " " + page)
                            .isEqualTo(403);
                    assertThat(program.status(plan(page))).as(user + " " + page).isEqualTo(403);
                }
                if (!user.equals("fred")) {
                    assertThat(program.status(freeze(page, true)))
                            .as(user + " " + page)
                            .isEqualTo(403);
                }
            }
            if (!user.equals("paula")) {
                for (String page : pages(staging)) {
                    assertThat(program.status(promote(page)))
                            .as(user + " " + page)
                            .isEqualTo(403);
                }
            }
        }
        assertNothingHappened();
    }

    private void assertNothingHappened() {
        assertThat(Rollbacks.get().of("shop", "production")).isEmpty();
        assertThat(Rollbacks.get().of(PromotionRun.class, "shop", "production")).isEmpty();
        assertThat(history("production").getFreeze()).isNull();
        assertThat(page()).hasContent("open");
    }

    private static String rollback(String page) {
        return page + "/rollback" + WHERE + "production&to=previous&reason=orders+fail";
    }

    private static String plan(String page) {
        return page + "/plan" + WHERE + "production&to=previous";
    }

    private String promote(String page) {
        return page + "/promote" + WHERE + "staging&to=production&release=" + tested;
    }

    private static String freeze(String page, boolean frozen) {
        return page + "/decide" + WHERE + "production&reason=stocktaking&frozen=" + frozen;
    }

    private static ReleaseHistory history(String environment) {
        return ReleaseHistory.of("shop", environment);
    }

    private Path page() {
        return directory.resolve("production/page");
    }

    /** To the environment that is named like the job. @return the release's id */
    private String release(WorkflowJob job, String version, String page) throws Exception {
        Path live = Files.createDirectories(directory.resolve(job.getName()));
        job.setDefinition(new CpsFlowDefinition(
                "node { writeFile file: 'app/page', text: '" + page + "'; deploy service: 'shop', environment: '"
                        + job.getName() + "', stateDirectory: '" + directory.resolve("state")
                        + "', artifact: 'app', version: '" + version + "', target: directory('" + live + "') }",
                true));
        return jenkins.buildAndAssertSuccess(job)
                .getAction(ReleaseAction.class)
                .getReleases()
                .get(0)
                .getId();
    }
}
