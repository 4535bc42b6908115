package io.jenkins.plugins.transparentdeploy.scale;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * One service in one environment that was released 10,000 times: what its pages show, and what Jenkins pays for it. Figures
 * depend on the machine and what else it does, so nothing is asserted of them.
 */
class LongHistoryTest {
    private static final int RELEASES = 10_000;
    private static final int PAGES = 20;
    private static final GeneratedService SERVICE = new GeneratedService("shop", List.of("production"), RELEASES);
    private static final String HISTORY = "deployments/history?service=shop&environment=production";

    @RegisterExtension
    private final RealJenkinsExtension with = new RealJenkinsExtension().withTimeout(0);

    @RegisterExtension
    private final RealJenkinsExtension without =
            new RealJenkinsExtension().withTimeout(0).omitPlugins("transparent-deploy");

    /** From memory, a part at a time, and any part: also when no record can be read. */
    @Test
    void isShownInPartsOfWhichNoneReadsARecord() throws Throwable {
        SERVICE.writeTo(with.getHome().toPath());
        with.startJenkins();
        with.runRemotely(LongHistoryTest::awaitHistory);
        SERVICE.hideRecords(with.getHome().toPath());
        with.runRemotely(LongHistoryTest::assertParts);
    }

    private static void assertParts(JenkinsRule jenkins) throws Exception {
        String newest = get(jenkins, HISTORY);
        assertThat(newest).contains("Page 1 of 400");
        assertThat(rows(newest)).hasSize(25).startsWith("1.9999").endsWith("1.9975");
        String oldest = get(jenkins, HISTORY + "&page=400");
        assertThat(oldest).contains("Page 400 of 400");
        assertThat(rows(oldest)).hasSize(25).startsWith("1.24").endsWith("1.0");
        String ofJob = get(jenkins, "job/shop/releases/");
        assertThat(rows(ofJob)).hasSize(25).startsWith("1.9999");
        assertThat(ofJob).contains("9,975 older releases");
        JsonNode forPrograms = new ObjectMapper()
                .readTree(get(jenkins, "deployments/api/json"))
                .path("services")
                .path(0);
        assertThat(forPrograms.path("releaseCount").asInt()).isEqualTo(RELEASES);
        assertThat(forPrograms.path("releases")).hasSize(25);
    }

    /** The versions in the first column. */
    private static List<String> rows(String page) {
        return Pattern.compile("<tr>\\s*<td>\\s*(1\\.\\d+)")
                .matcher(page)
                .results()
                .map(row -> row.group(1))
                .toList();
    }

    /** The same job, and the same files, in both. {@code scripts/measure-starts} runs it. */
    @Test
    @EnabledIfSystemProperty(
            named = "starts",
            matches = "[1-9]\\d*",
            disabledReason = "takes minutes: scripts/measure-starts")
    void whatItCosts() throws Throwable {
        int starts = Integer.getInteger("starts");
        for (RealJenkinsExtension controller : List.of(without, with)) {
            SERVICE.writeTo(controller.getHome().toPath());
        }
        // The first start of each unpacks plugins, and makes the index; it is not counted.
        measure(without, LongHistoryTest::nothing, new Costs());
        measure(with, LongHistoryTest::awaitHistory, new Costs());
        Costs costsWithout = new Costs();
        Costs costsWith = new Costs();
        for (int number = 0; number < starts; number++) {
            // What the machine does beside it is not to meet one of them only.
            if (number % 2 == 0) {
                measure(without, LongHistoryTest::nothing, costsWithout);
                measure(with, LongHistoryTest::awaitHistory, costsWith);
            } else {
                measure(with, LongHistoryTest::awaitHistory, costsWith);
                measure(without, LongHistoryTest::nothing, costsWithout);
            }
        }
        with.startJenkins();
        LinkedHashMap<String, ArrayList<Long>> pages = with.runRemotely(LongHistoryTest::pages);
        String report = report(starts, costsWithout, costsWith, pages);
        System.out.println(report);
        String file = System.getProperty("starts.report");
        if (file != null) {
            Files.writeString(Path.of(file), report);
        }
    }

    /** Of one start each, in the order of the starts. */
    private static final class Costs {
        private final List<Long> millis = new ArrayList<>();
        private final List<Long> processorMillis = new ArrayList<>();
        private final List<Long> heapMegabytes = new ArrayList<>();
    }

    private static void measure(RealJenkinsExtension controller, RealJenkinsExtension.Step ready, Costs costs)
            throws Throwable {
        long begun = System.nanoTime();
        controller.startJenkins();
        costs.millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        controller.runRemotely(ready);
        costs.processorMillis.add(controller.runRemotely(LongHistoryTest::processorMillis));
        costs.heapMegabytes.add(controller.runRemotely(LongHistoryTest::heapMegabytes));
        controller.stopJenkins();
    }

    private static void nothing(JenkinsRule jenkins) {}

    private static void awaitHistory(JenkinsRule jenkins) {
        assertThat(ReleaseHistory.of("shop", "production").getCount()).isEqualTo(RELEASES);
    }

    /** What it took of all processors since its process began. */
    private static long processorMillis(JenkinsRule jenkins) {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
    }

    private static long heapMegabytes(JenkinsRule jenkins) {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / (1024 * 1024);
    }

    /** Milliseconds for each page, in the order of the requests. */
    private static LinkedHashMap<String, ArrayList<Long>> pages(JenkinsRule jenkins) throws Exception {
        // Pays for Jenkins's own classes and scripts, which whatever page is asked for first would.
        get(jenkins, "job/shop/");
        LinkedHashMap<String, ArrayList<Long>> times = new LinkedHashMap<>();
        times.put("history of the service, page 1 of 400", timesOf(jenkins, HISTORY));
        times.put("the same, page 400", timesOf(jenkins, HISTORY + "&page=400"));
        times.put("Releases of its job", timesOf(jenkins, "job/shop/releases/"));
        times.put("Deployments", timesOf(jenkins, "deployments/"));
        return times;
    }

    private static ArrayList<Long> timesOf(JenkinsRule jenkins, String path) throws Exception {
        ArrayList<Long> times = new ArrayList<>();
        for (int page = 0; page < PAGES; page++) {
            long begun = System.nanoTime();
            get(jenkins, path);
            times.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        }
        return times;
    }

    private static String get(JenkinsRule jenkins, String path) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(jenkins.getURL() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return answer.body();
    }

    private static String report(int starts, Costs without, Costs with, Map<String, ? extends List<Long>> pages) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s, %d processors, load average %.1f at the end; %d starts of each, by turns, their medians, shortest and"
                        + " longest.%n%n| | without the plugin | with it | ratio |%n| --- | ---: | ---: | ---: |%n",
                LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                starts));
        text.append(row("start, until Jenkins answers", "ms", without.millis, with.millis));
        text.append(row(
                "processor time, until the history is read as well",
                "ms",
                without.processorMillis,
                with.processorMillis));
        text.append(row("heap after a collection", "MB", without.heapMegabytes, with.heapMegabytes));
        text.append(String.format("%n| page | median | first | longest |%n| --- | ---: | ---: | ---: |%n"));
        pages.forEach((page, times) -> text.append(String.format(
                Locale.ROOT,
                "| %s | %,d ms | %,d ms | %,d ms |%n",
                page,
                median(times),
                times.get(0),
                times.stream().mapToLong(Long::longValue).max().orElseThrow())));
        return text.toString();
    }

    private static String row(String what, String unit, List<Long> without, List<Long> with) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %.2f |%n",
                what,
                spread(without, unit),
                spread(with, unit),
                (double) median(with) / median(without));
    }

    private static String spread(List<Long> values, String unit) {
        List<Long> sorted = values.stream().sorted().toList();
        return String.format(
                Locale.ROOT, "%,d %s (%,d to %,d)", median(values), unit, sorted.get(0), sorted.get(sorted.size() - 1));
    }

    /** The upper one of an even number. */
    private static long median(List<Long> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
