package io.jenkins.plugins.transparentdeploy.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * A Jenkins with 10,000 releases of 50 services. It says what they cost, in time and memory, and asserts why that is little: the
 * pages read no record. Figures depend on the machine and what else it does, so nothing is asserted of them.
 */
class TenThousandReleasesTest {
    private static final int SERVICES = 50;
    private static final List<String> ENVIRONMENTS = List.of("production", "staging");
    private static final int RELEASES_EACH = 100;
    private static final int PAGES = 20;

    @RegisterExtension
    private final RealJenkinsExtension with = new RealJenkinsExtension().withTimeout(0);

    @RegisterExtension
    private final RealJenkinsExtension without =
            new RealJenkinsExtension().withTimeout(0).omitPlugins("transparent-deploy");

    @Test
    void costLittle() throws Throwable {
        for (GeneratedService service : services()) {
            service.writeTo(with.getHome().toPath());
        }
        // The first start of each unpacks plugins, and makes the index: the second is what a restart costs.
        start(without);
        without.stopJenkins();
        say("start without the plugin: %d ms", start(without));
        say("heap without the plugin: %d MB", without.runRemotely(TenThousandReleasesTest::heap));
        without.stopJenkins();
        say("first start with 10,000 releases, no index yet: %d ms", start(with));
        with.runRemotely(TenThousandReleasesTest::waitForIndex);
        with.runRemotely(TenThousandReleasesTest::coldPages, true);
        with.stopJenkins();
        say("start with 10,000 releases: %d ms", start(with));
        say("heap with 10,000 releases: %d MB", with.runRemotely(TenThousandReleasesTest::heap));
        with.runRemotely(TenThousandReleasesTest::waitForIndex);
        // Lists are in the index by now: without their records, pages must be as they were.
        for (GeneratedService service : services()) {
            service.hideRecords(with.getHome().toPath());
        }
        with.runRemotely(TenThousandReleasesTest::coldPages, false);
        with.runRemotely(TenThousandReleasesTest::pages);
    }

    private static List<GeneratedService> services() {
        return IntStream.range(0, SERVICES)
                .mapToObj(service ->
                        new GeneratedService(String.format("service-%02d", service), ENVIRONMENTS, RELEASES_EACH))
                .toList();
    }

    private static long start(RealJenkinsExtension controller) throws Throwable {
        long begun = System.nanoTime();
        controller.startJenkins();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    private static long heap(JenkinsRule jenkins) {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / (1024 * 1024);
    }

    private static void waitForIndex(JenkinsRule jenkins) {
        long releases = ReleaseHistory.all().stream()
                .mapToLong(ReleaseHistory::getCount)
                .sum();
        assertThat(releases).isEqualTo(10_000);
    }

    /** What the first page of all costs, and how much of that is Jenkins's own: a job's page and a Releases page by turns. */
    private static void coldPages(JenkinsRule jenkins, boolean releasesFirst) throws Exception {
        List<String> paths = new ArrayList<>(List.of("job/service-05/", "job/service-06/releases/", "deployments/"));
        if (releasesFirst) {
            Collections.swap(paths, 0, 1);
        }
        for (String path : paths) {
            long begun = System.nanoTime();
            get(jenkins, path);
            say(
                    "after a start, in this order: %s %d ms",
                    path, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        }
    }

    private static void pages(JenkinsRule jenkins) throws Exception {
        String rows = get(jenkins, "deployments/");
        assertThat(rows.split("<tr>", -1)).hasSizeGreaterThan(SERVICES * ENVIRONMENTS.size());
        assertThat(rows).contains("service-49").contains("1.99");
        for (String path : List.of(
                "deployments/",
                "deployments/history?service=service-07&environment=production&page=2",
                "job/service-07/releases/")) {
            List<Long> times = new ArrayList<>();
            for (int page = 0; page < PAGES; page++) {
                long begun = System.nanoTime();
                get(jenkins, path);
                times.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
            }
            long first = times.get(0);
            times.sort(null);
            say(
                    "%s: first %d ms, median %d ms, longest %d ms",
                    path, first, times.get(PAGES / 2), times.get(PAGES - 1));
        }
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

    private static void say(String form, Object... values) {
        System.out.println("10,000 releases of 50 services: " + String.format(form, values));
    }
}
