package io.jenkins.plugins.transparentdeploy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * Every Jenkinsfile in the documentation is run as it stands, but for two things: where {@code /srv} is, and where the
 * agent keeps its state.
 */
@WithJenkins
class DocumentedJenkinsfilesTest {
    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
    private static final Pattern JENKINSFILE = Pattern.compile("```groovy\\n(.*?)```", Pattern.DOTALL);

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path temporary;

    private JenkinsRule jenkins;
    private DumbSlave agent;

    @BeforeEach
    void anAgentForProduction(JenkinsRule rule) throws Exception {
        jenkins = rule;
        agent = rule.createOnlineSlave();
        agent.setLabelString("production staging");
        Files.createDirectories(temporary.resolve("srv/shop"));
        Files.createDirectories(temporary.resolve("srv/shop-staging"));
    }

    private static List<String> jenkinsfiles(String page) throws IOException {
        List<String> found = new ArrayList<>();
        Matcher matcher = JENKINSFILE.matcher(Files.readString(ROOT.resolve(page)));
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        assertThat(found).as("Jenkinsfiles in " + page).isNotEmpty();
        return found;
    }

    /** What a checkout would have brought: a build script that makes an artifact, and the service file. */
    private void checkOut(String job, String content) throws IOException {
        Path workspace = Path.of(agent.getRemoteFS(), "workspace", job);
        Files.createDirectories(workspace.resolve("build/shop"));
        Files.writeString(workspace.resolve("build/shop/app"), content);
        Path script = workspace.resolve("build.sh");
        Files.writeString(script, "#!/bin/sh\ntar -czf build/shop.tar.gz -C build/shop app\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                workspace.resolve("transparent-deploy.yaml"),
                """
                service: shop
                environments:
                  staging:
                    target: {directory: %s/srv/shop-staging}
                  production:
                    target: {directory: %s/srv/shop, shared: ['logs/**']}
                    smokeTest:
                      checks:
                        - command: [test, -s, %s/srv/shop/app]
                          name: the application is there
                """
                        .formatted(temporary, temporary, temporary));
    }

    private WorkflowRun run(String name, String jenkinsfile) throws Exception {
        String script = jenkinsfile
                .replace("/srv/shop", temporary + "/srv/shop")
                .replace("service: 'shop'", "service: 'shop', stateDirectory: '" + temporary + "/state'")
                .replace(
                        "(environment: 'production')",
                        "(environment: 'production', stateDirectory: '" + temporary + "/state')");
        WorkflowJob job = jenkins.jenkins.getItemByFullName(name, WorkflowJob.class);
        if (job == null) {
            job = jenkins.createProject(WorkflowJob.class, name);
        }
        job.setDefinition(new CpsFlowDefinition(script, true));
        return jenkins.assertBuildStatus(Result.SUCCESS, job.scheduleBuild2(0));
    }

    private String live() throws IOException {
        return Files.readString(temporary.resolve("srv/shop/app"));
    }

    @Test
    void everyJenkinsfileRuns() throws Exception {
        int release = 0;
        for (String page :
                List.of("README.md", "docs/steps/autoRollback.md", "docs/steps/deploy.md", "docs/hooks.md")) {
            for (String jenkinsfile : jenkinsfiles(page)) {
                release++;
                checkOut("shop", "release " + release);
                new ProcessBuilder("./build.sh")
                        .directory(Path.of(agent.getRemoteFS(), "workspace", "shop")
                                .toFile())
                        .start()
                        .waitFor();
                run("shop", jenkinsfile);
                assertThat(live()).as(page).isEqualTo("release " + release);
            }
        }
        assertThat(temporary.resolve("srv/shop-schema")).exists();
        assertThat(temporary.resolve("srv/shop-releases")).hasContent("1.1");
        for (String page : List.of("docs/steps/smokeTest.md", "docs/steps/snapshot.md")) {
            for (String jenkinsfile : jenkinsfiles(page)) {
                run("shop", jenkinsfile);
                assertThat(live()).as(page).isEqualTo("release " + release);
            }
        }
        for (String jenkinsfile : jenkinsfiles("docs/steps/rollback.md")) {
            run("shop", jenkinsfile);
            assertThat(live()).isEqualTo("release " + (release - 1));
        }
    }
}
