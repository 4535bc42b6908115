package io.jenkins.plugins.transparentdeploy.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.records.HistoryEntry;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import io.jenkins.plugins.transparentdeploy.rollback.ReleasesAction;
import io.jenkins.plugins.transparentdeploy.rollback.Rollback;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * From the click to the verified release before: Apache Tomcat is rolled back, and forward again, by the button of a real
 * Jenkins. {@code scripts/measure-rollbacks} runs it. Figures depend on the machine; that each rollback came to a good end
 * does not.
 */
@EnabledIfSystemProperty(
        named = "rollbacks",
        matches = "\\d+",
        disabledReason = "takes minutes: scripts/measure-rollbacks")
class ManyRollbacksTest {
    private static final String AGENT = "host";
    private static final String CONNECTOR = "<Connector port=\"8080\" protocol=\"HTTP/1.1\"";
    private static final String TOTAL = "**click to verified**";

    @RegisterExtension
    private final RealJenkinsExtension controller = new RealJenkinsExtension().withTimeout(0);

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private int port;

    @BeforeEach
    void twoReleases() throws Throwable {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.createDirectories(directory.resolve("live"));
        unpack(Path.of(System.getProperty("tomcat.older")), directory.resolve("older"));
        unpack(Path.of(System.getProperty("tomcat.newer")), directory.resolve("newer"));
        controller.startJenkins();
        agents.createAgent(
                controller,
                InboundAgentExtension.Options.newBuilder()
                        .name(AGENT)
                        .label(AGENT)
                        .javaOptions("-Duser.home=" + Files.createDirectories(directory.resolve("home")))
                        .build());
        controller.runRemotely(ManyRollbacksTest::release, pipeline("older"), pipeline("newer"));
    }

    /** Tomcat as it is distributed, on a port of its own, with a page that says which one it is. */
    private void unpack(Path archive, Path tomcat) throws Exception {
        Files.createDirectories(tomcat);
        Process tar = new ProcessBuilder(
                        "tar", "-xzf", archive.toString(), "-C", tomcat.toString(), "--strip-components=1")
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).as(archive.toString()).isZero();
        Path configuration = tomcat.resolve("conf/server.xml");
        String text = Files.readString(configuration);
        assertThat(text).contains(CONNECTOR);
        Files.writeString(
                configuration,
                text.replace("<Server port=\"8005\"", "<Server port=\"-1\"")
                        .replace(
                                CONNECTOR,
                                "<Connector address=\"127.0.0.1\" port=\"" + port + "\" protocol=\"HTTP/1.1\""));
        Files.writeString(
                tomcat.resolve("webapps/ROOT/release.txt"), tomcat.getFileName().toString());
    }

    private String pipeline(String release) {
        String url = "http://127.0.0.1:" + port + "/release.txt";
        return "node('host') { deploy service: 'tomcat', environment: 'production', stateDirectory: '"
                + directory.resolve("state") + "', artifact: '" + directory.resolve(release) + "', version: '" + release
                + "', target: directory(path: '" + directory.resolve("live")
                + "', shared: ['logs/**', 'work/**', 'temp/**', 'conf/Catalina/**']),"
                + " process: process(run: ['{directory}/bin/catalina.sh', 'run'], environment: ['JAVA_HOME="
                + System.getProperty("java.home") + "'], stopTimeout: '20s'), readyCheck: httpCheck(url: '" + url
                + "', timeout: '120s') }";
    }

    /** A released service runs on when Jenkins is gone. */
    @AfterEach
    void endTomcat() {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            all.filter(process -> process.info()
                            .arguments()
                            .filter(arguments ->
                                    Stream.of(arguments).anyMatch(argument -> argument.contains(directory.toString())))
                            .isPresent())
                    .forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void eachIsVerified() throws Throwable {
        int count = Integer.getInteger("rollbacks");
        Map<String, List<Long>> parts = new LinkedHashMap<>();
        for (int number = 0; number < count; number++) {
            String wanted = number % 2 == 0 ? "older" : "newer";
            LinkedHashMap<String, Long> times = controller.runRemotely(ManyRollbacksTest::rollBack, wanted);
            assertThat(page()).isEqualTo(wanted);
            times.forEach((part, time) ->
                    parts.computeIfAbsent(part, unknown -> new ArrayList<>()).add(time));
        }
        String report = report(count, parts);
        System.out.println(report);
        String file = System.getProperty("rollbacks.report");
        if (file != null) {
            Files.writeString(Path.of(file), report);
        }
    }

    private static String report(int count, Map<String, List<Long>> parts) {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%s, %d processors, load average %.1f at the end; %d rollbacks of Apache Tomcat, back and forward by turns.%n%n"
                        + "| part | median | longest |%n| --- | ---: | ---: |%n",
                LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                count));
        parts.forEach((part, times) -> {
            times.sort(null);
            table.append(String.format(
                    "| %s | %,d ms | %,d ms |%n", part, times.get(times.size() / 2), times.get(times.size() - 1)));
        });
        return table.toString();
    }

    private String page() throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/release.txt"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static void release(JenkinsRule jenkins, String older, String newer) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "tomcat");
        for (String pipeline : List.of(older, newer)) {
            job.setDefinition(new CpsFlowDefinition(pipeline, true));
            jenkins.buildAndAssertSuccess(job);
        }
    }

    /** Clicks, waits, and takes the times apart; in milliseconds. */
    private static LinkedHashMap<String, Long> rollBack(JenkinsRule jenkins, String version) throws Exception {
        ReleaseHistory history = ReleaseHistory.of("tomcat", "production");
        String target = history.newestFirst().stream()
                .filter(release -> !release.isRollback() && release.getVersion().equals(version))
                .map(ReleaseSummary::getId)
                .findFirst()
                .orElseThrow();
        WorkflowJob job = jenkins.jenkins.getItemByFullName("tomcat", WorkflowJob.class);
        int before = rollbacks(job, history).size();
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            String query = "releases/confirm?service=tomcat&environment=production&to=" + target;
            jenkins.submit(web.goTo(job.getUrl() + query).getFormByName("rollback"));
        }
        await().atMost(Duration.ofMinutes(5))
                .until(() -> rollbacks(job, history).size() > before);
        Rollback rollback = newest(job, history);
        await().atMost(Duration.ofMinutes(5)).until(rollback::isEnded);
        assertThat(rollback.isRestored()).as(rollback.getMessage()).isTrue();
        return parts(rollback, history);
    }

    private static List<Rollback> rollbacks(WorkflowJob job, ReleaseHistory history) {
        return job.getAction(ReleasesAction.class).rollbacksOf(history);
    }

    private static Rollback newest(WorkflowJob job, ReleaseHistory history) {
        return rollbacks(job, history).stream()
                .max((one, other) -> one.getRequestedAt().compareTo(other.getRequestedAt()))
                .orElseThrow();
    }

    private static LinkedHashMap<String, Long> parts(Rollback rollback, ReleaseHistory history) throws IOException {
        HistoryEntry record = history.newestFirst().stream()
                .filter(ReleaseSummary::isRollback)
                .findFirst()
                .flatMap(newest -> history.find(newest.getId()))
                .orElseThrow();
        JsonNode states = record.release().path("states");
        JsonNode incident = record.release().path("incident");
        Instant clicked = rollback.getRequestedAt().toInstant();
        Instant begun = at(states.path(0).path("at"));
        Instant changing = at(states.path(states.size() - 2).path("at"));
        Instant restored = at(incident.path("restored"));
        Instant verified = at(incident.path("verified"));
        LinkedHashMap<String, Long> parts = new LinkedHashMap<>();
        parts.put(TOTAL, Duration.between(clicked, verified).toMillis());
        parts.put(
                "Jenkins: queued, asked the agent, `tdeploy` started twice",
                Duration.between(clicked, begun).toMillis());
        parts.put(
                "a rollback point of what goes",
                Duration.between(begun, changing).toMillis());
        parts.put(
                "stopped, files back, started and ready",
                Duration.between(changing, restored).toMillis());
        parts.put("verified", Duration.between(restored, verified).toMillis());
        parts.put(
                "afterwards: records, until Jenkins says so",
                rollback.getTook().minus(Duration.between(clicked, verified)).toMillis());
        return parts;
    }

    private static Instant at(JsonNode time) {
        return Instant.parse(time.asText());
    }
}
