package io.jenkins.plugins.transparentdeploy.records;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.FilePath;
import hudson.model.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The last record of a host's journal, kept where whoever rules that host cannot change it. */
@WithJenkins
class JournalHeadTest {
    private static final String HASH = "0123456789abcdef".repeat(4);

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        job = rule.createProject(WorkflowJob.class, "shop");
    }

    @Test
    void theCommandOnTheReleasePageSaysThatTheEndOfTheJournalIsMissing() throws Exception {
        release("1.0");
        FilePath journal =
                new FilePath(state().resolve("services/shop/production/journal").toFile());
        FilePath older = new FilePath(directory.resolve("older").toFile());
        journal.copyRecursiveTo(older);
        Run<?, ?> second = release("1.1");
        String command = command(second);
        assertThat(command).contains(" --service shop --environment production --head ");
        assertThat(sh(command)).startsWith("The journal is whole: ").endsWith("ended with 0");

        // As somebody would who wants nobody to know of the second release: with what else speaks of its end.
        journal.deleteContents();
        older.copyRecursiveTo(journal);
        assertThat(sh(command.replaceAll(" --head .*", "")))
                .as("by itself it is whole")
                .startsWith("The journal is whole: ")
                .endsWith("ended with 0");
        String last = command.replaceAll(".* --head (\\d+):.*", "$1");
        assertThat(sh(command))
                .contains(" ends with record ", "but there was a record " + last)
                .endsWith("ended with 5");
    }

    @Test
    void whatIsNoHeadIsNotPutIntoACommand() throws Exception {
        job.setDefinition(new CpsFlowDefinition("", true));
        Run<?, ?> build = jenkins.buildAndAssertSuccess(job);
        assertThat(command(remembered(build, 1, "42:" + HASH)))
                .isEqualTo("tdeploy journal verify --service shop --environment production --head 42:" + HASH);
        assertThat(command(remembered(build, 2, HASH)))
                .as("as earlier versions kept it")
                .isNull();
        assertThat(command(remembered(build, 3, "42:" + HASH + "; reboot"))).isNull();
        assertThat(command(remembered(build, 4, null))).isNull();
    }

    /** On a page of its own. */
    private Run<?, ?> remembered(Run<?, ?> earlier, int number, String head) throws Exception {
        Run<?, ?> build = earlier.getNumber() == number ? earlier : jenkins.buildAndAssertSuccess(job);
        GeneratedRelease release = new GeneratedRelease("shop", "production", number);
        release.toJson().put("journalHead", head);
        release.remember(build, "Released.");
        return build;
    }

    private String command(Run<?, ?> build) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient().withJavaScriptEnabled(false)) {
            HtmlPage page = web.getPage(build, "release/");
            DomNode command = page.querySelector("[id^=journal-check]");
            return command == null ? null : command.getTextContent();
        }
    }

    /** What it prints on the host where the releases were made, and how it ends. */
    private String sh(String command) throws Exception {
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", "tdeploy() { $TDEPLOY \"$@\"; }\n" + command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile());
        try (Stream<Path> jars = Files.list(state().resolve("tools"))) {
            Path jar = jars.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow();
            Files.copy(jar, directory.resolve("tdeploy.jar"), StandardCopyOption.REPLACE_EXISTING);
        }
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        shell.environment().put("TDEPLOY", java + " -jar tdeploy.jar");
        int code = shell.start().waitFor();
        return Files.readString(directory.resolve("output")).strip() + " ended with " + code;
    }

    private Path state() {
        return directory.resolve("what the shop's releases left");
    }

    private Run<?, ?> release(String version) throws Exception {
        Files.createDirectories(directory.resolve("live"));
        job.setDefinition(new CpsFlowDefinition(
                "node { writeFile file: 'app/page', text: '" + version
                        + "'; deploy service: 'shop', environment: 'production', stateDirectory: \"" + state()
                        + "\", artifact: 'app', version: '" + version + "', target: directory('"
                        + directory.resolve("live") + "') }",
                true));
        return jenkins.buildAndAssertSuccess(job);
    }
}
