package io.jenkins.plugins.transparentdeploy.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Stops the machine at every change to the disk, with and without what was not synced, and fails every call. A sample of
 * the points here; all of them with {@code -Dfaults=all}, which {@code ./verify --faults} says.
 */
class FaultInjectionTest {
    private static final int SAMPLE = 5;
    /** Bits of each kind of file, when all is tried. */
    private static final int FLIPS = 8;

    private static final String ONE = "faultScenario";

    @TempDir
    private static Path temporary;

    /** One for each processor: they are processes of their own. */
    private static final ExecutorService LABORATORIES =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

    private static final Map<Scenario, Future<Laboratory.Report>> REPORTS = new EnumMap<>(Scenario.class);

    @BeforeAll
    static void begin() {
        int most = isWhole() ? 0 : SAMPLE;
        scenarios().forEach(scenario -> REPORTS.put(scenario, LABORATORIES.submit(() -> experiment(scenario, most))));
    }

    @AfterAll
    static void end() {
        LABORATORIES.shutdownNow();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void theEngineFindsItsWay(Scenario scenario) throws Exception {
        Laboratory.Report report = REPORTS.get(scenario).get();
        System.out.println("faults: " + report.scenario() + " " + report.points() + " " + report.tried());
        assertThat(report.findings()).isEmpty();
        assertThat(report.tried().values()).as("points tried of each sort").allMatch(count -> count > 0);
    }

    /** A kind that no scenario has any more is to be removed, or to be made again. */
    @Test
    void everyKindOfFileIsDamaged() throws Exception {
        Map<FileKind, Integer> flipped = new EnumMap<>(FileKind.class);
        for (Future<Laboratory.Report> report : REPORTS.values()) {
            report.get().flipped().forEach((kind, count) -> flipped.merge(kind, count, Integer::sum));
        }
        System.out.println("damaged files: " + flipped);
        if (System.getProperty(ONE, "").isEmpty()) {
            assertThat(flipped).containsOnlyKeys(FileKind.values());
        }
        assertThat(flipped.values()).allMatch(count -> count >= (isWhole() ? FLIPS : 1));
    }

    private static boolean isWhole() {
        return "all".equals(System.getProperty("faults"));
    }

    /** All, or the one that {@code -DfaultScenario} names. */
    static Stream<Scenario> scenarios() {
        String wanted = System.getProperty(ONE, "");
        return Arrays.stream(Scenario.values())
                .filter(scenario -> wanted.isEmpty() || scenario.name().equals(wanted));
    }

    private static Laboratory.Report experiment(Scenario scenario, int most) throws IOException, InterruptedException {
        Path findings = temporary.resolve(scenario + ".json");
        Path worlds = Files.createTempDirectory(inMemory(), "tdeploy-faults");
        try {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    most == 0 ? "-XX:+TieredCompilation" : "-XX:TieredStopAtLevel=1",
                    "-Xmx256m",
                    "-Dsun.jnu.encoding=UTF-8",
                    "-Djava.nio.file.spi.DefaultFileSystemProvider=" + WorldProvider.class.getName(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Laboratory.class.getName(),
                    scenario.name(),
                    worlds.toString(),
                    Integer.toString(most),
                    findings.toString()));
            ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
            builder.environment().put("LC_ALL", "C.UTF-8");
            Process laboratory = builder.start();
            try {
                assertThat(laboratory.waitFor())
                        .as("exit status of the laboratory")
                        .isZero();
            } finally {
                laboratory.destroyForcibly().waitFor();
            }
            return Json.MAPPER.readValue(findings.toFile(), Laboratory.Report.class);
        } finally {
            DurableFiles.deleteTree(worlds);
        }
    }

    /** A disk would be worn for nothing: what it is asked to sync is only noted. */
    private static Path inMemory() {
        Path shared = Path.of("/dev/shm");
        return Files.isWritable(shared) ? shared : temporary;
    }
}
