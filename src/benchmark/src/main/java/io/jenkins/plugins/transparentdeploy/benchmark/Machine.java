package io.jenkins.plugins.transparentdeploy.benchmark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/** What a benchmark ran on. */
final class Machine {
    private Machine() {}

    static void describe(Report report, String command, Path directory) throws IOException {
        String processor = Files.exists(Path.of("/proc/cpuinfo"))
                ? Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 2))
                        .findFirst()
                        .orElse("unknown processor")
                : "unknown processor";
        report.line(
                        "%s, load average %.1f at the beginning; `%s`. Machine: %s, %d processors, %s %s, %s, Java %s, heap of at most %d MB.",
                        LocalDate.now(ZoneOffset.UTC),
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                        command.strip(),
                        processor,
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        Files.getFileStore(directory).type().toLowerCase(Locale.ROOT),
                        System.getProperty("java.version"),
                        Runtime.getRuntime().maxMemory() >> 20)
                .line("");
    }
}
