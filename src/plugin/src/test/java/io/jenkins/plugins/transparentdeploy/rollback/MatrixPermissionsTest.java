package io.jenkins.plugins.transparentdeploy.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Item;
import hudson.security.AuthorizationMatrixProperty;
import hudson.security.GlobalMatrixAuthorizationStrategy;
import hudson.security.Permission;
import hudson.security.ProjectMatrixAuthorizationStrategy;
import io.jenkins.plugins.transparentdeploy.Click;
import io.jenkins.plugins.transparentdeploy.ReleasePermissions;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.records.GeneratedRelease;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.matrixauth.PermissionEntry;
import org.jenkinsci.plugins.matrixauth.inheritance.InheritParentStrategy;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The group of permissions, as administrators give it: for all of Jenkins, or for one job. */
@WithJenkins
class MatrixPermissionsTest {
    private JenkinsRule jenkins;
    private WorkflowJob shop;
    private WorkflowJob vault;

    @BeforeEach
    void twoServicesOfTwoJobs(JenkinsRule rule) throws Exception {
        jenkins = rule;
        shop = jenkins.createProject(WorkflowJob.class, "shop");
        vault = jenkins.createProject(WorkflowJob.class, "vault");
        for (WorkflowJob job : List.of(shop, vault)) {
            for (int number = 1; number < 3; number++) {
                new GeneratedRelease(job.getName(), "production", number)
                        .builtBy(job.getName(), number)
                        .remember();
            }
        }
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
    }

    @Test
    void whoHasThemOnOneJobHasThemThereOnly() throws Exception {
        ProjectMatrixAuthorizationStrategy matrix = new ProjectMatrixAuthorizationStrategy();
        everybodyReads(matrix);
        jenkins.jenkins.setAuthorizationStrategy(matrix);
        shop.addProperty(new AuthorizationMatrixProperty(
                Map.<Permission, Set<PermissionEntry>>of(
                        RollbackPermission.ROLLBACK, Set.of(PermissionEntry.user("rita")),
                        ReleasePermissions.FREEZE, Set.of(PermissionEntry.user("fred"))),
                new InheritParentStrategy()));

        assertThat(offered("rita", "deployments/"))
                .containsExactly("confirm?service=shop&environment=production&to=previous");
        assertThat(offered("rita", vault.getUrl() + "releases/")).isEmpty();
        assertThat(offered("fred", "deployments/")).isEmpty();
        assertThat(status("rita", "deployments/plan", "vault")).isEqualTo(403);
        assertThat(status("rita", "deployments/rollback", "vault")).isEqualTo(403);
        assertThat(status("rita", vault.getUrl() + "releases/rollback", "vault"))
                .isEqualTo(403);
        assertThat(status("rita", shop.getUrl() + "releases/rollback", "vault"))
                .as("not by the page of another job")
                .isEqualTo(404);
        assertThat(status("fred", "deployments/rollback", "shop")).isEqualTo(403);
        assertThat(status("rita", shop.getUrl() + "freeze/decide", "shop")).isEqualTo(403);
        assertThat(Rollbacks.get().of("vault", "production")).isEmpty();
        assertThat(Rollbacks.get().of("shop", "production")).isEmpty();
        assertThat(status("rita", "deployments/plan", "shop")).isEqualTo(200);
    }

    @Test
    void theyStandInAGroupOfTheirOwnAndCountForAllOfJenkins() throws Exception {
        GlobalMatrixAuthorizationStrategy matrix = new GlobalMatrixAuthorizationStrategy();
        everybodyReads(matrix);
        matrix.add(RollbackPermission.ROLLBACK, PermissionEntry.user("rita"));
        matrix.add(Jenkins.ADMINISTER, PermissionEntry.user("admin"));
        jenkins.jenkins.setAuthorizationStrategy(matrix);

        assertThat(offered("rita", "deployments/")).hasSize(2);
        assertThat(offered("fred", "deployments/")).isEmpty();
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("admin")) {
            assertThat(web.goTo("manage/configureSecurity/").asNormalizedText())
                    .contains("Transparent Deploy")
                    .contains("Rollback")
                    .contains("Promote")
                    .contains("Freeze");
        }
    }

    private static void everybodyReads(GlobalMatrixAuthorizationStrategy matrix) {
        for (String user : List.of("rita", "fred")) {
            matrix.add(Jenkins.READ, PermissionEntry.user(user));
            matrix.add(Item.READ, PermissionEntry.user(user));
        }
    }

    private List<String> offered(String user, String path) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login(user)) {
            HtmlPage page = web.goTo(path);
            return page.querySelectorAll("#main-panel a[href*=confirm]").stream()
                    .map(link -> link.getAttributes().getNamedItem("href").getNodeValue())
                    .toList();
        }
    }

    private int status(String user, String path, String service) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()
                .withThrowExceptionOnFailingStatusCode(false)
                .login(user)) {
            return Click.on(
                            web,
                            path + "?service=" + service + "&environment=production&to=previous&frozen=true&reason=x")
                    .getStatusCode();
        }
    }
}
