package io.jenkins.plugins.transparentdeploy.benchmark;

import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./benchmark}. */
@Command(
        name = "benchmark",
        mixinStandardHelpOptions = true,
        description = "Measures the snapshot store beside cp, rsync, restic, borg and tar, and prints Markdown.")
public final class StoreBenchmark implements Callable<Integer> {
    private static final long GIBIBYTE = 1L << 30;

    @Option(
            names = "--files",
            split = ",",
            paramLabel = "N",
            description = "Sizes of the generated trees. Default: 12000,100000; try 1000000.")
    List<Integer> files = List.of(12_000, 100_000);

    @Option(names = "--rounds", description = "Measured rounds on each tree. Default: ${DEFAULT-VALUE}")
    int rounds = 7;

    @Option(names = "--warm-ups", description = "Rounds before those. Default: ${DEFAULT-VALUE}")
    int warmUps = 3;

    @Option(names = "--no-peers", description = "Measure only this project and the floor.")
    boolean noPeers;

    @Option(names = "--large-file", description = "Bytes of the large file; 0 for none. Default: ${DEFAULT-VALUE}")
    long largeFile = GIBIBYTE;

    @Option(names = "--tdeploy", description = "The tdeploy to measure as a whole command.")
    Path tdeploy;

    @Option(names = "--work", required = true, description = "A directory for everything that is written.")
    Path work;

    private final PrintStream progress = System.err;

    public static void main(String[] args) {
        System.exit(new CommandLine(new StoreBenchmark()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Path directory = Files.createDirectories(work).toRealPath().resolve("run");
        DurableFiles.deleteTree(directory);
        Report report = new Report();
        Machine.describe(report, directory.getParent());
        for (int count : files) {
            measureTree(report, count, directory.resolve("tree-" + count));
            DurableFiles.deleteTree(directory);
        }
        if (largeFile > 0) {
            measureLargeFile(report, Files.createDirectories(directory));
            DurableFiles.deleteTree(directory);
        }
        report.line(
                "Going back by the link, %d files, engine time: %s.",
                files.get(0),
                Report.milliseconds(LinkSwitchBenchmark.run(Files.createDirectories(directory), files.get(0), 30)));
        DurableFiles.deleteTree(directory);
        System.out.print(report);
        return 0;
    }

    private void measureTree(Report report, int count, Path directory) throws IOException {
        List<Contender> contenders = new ArrayList<>();
        EngineContender engine = new EngineContender(directory.resolve("engine"));
        contenders.add(engine);
        for (CommandContender.Recipe recipe : recipes()) {
            if (recipe.missing().isEmpty()) {
                Path place = directory.resolve("contender-" + contenders.size());
                contenders.add(new CommandContender(
                        recipe, place, Map.of("TDEPLOY", tdeploy == null ? "" : tdeploy.toString())));
            } else {
                report.line("Not measured: %s, because %s is missing.\n", recipe.name(), recipe.missing());
            }
        }
        TreeBenchmark benchmark = new TreeBenchmark(
                new GeneratedTree(count), contenders, Files.createDirectories(directory.resolve("work")), progress);
        Samples samples = benchmark.run(warmUps, rounds);
        report.line("### %d files, %s", count, Report.size(OptionalLong.of(benchmark.treeBytes())))
                .line("")
                .line("Medians of %d rounds after %d, and ratios to the engine.", rounds, warmUps)
                .line("")
                .table(benchmark, samples, contenders, engine);
    }

    private List<CommandContender.Recipe> recipes() {
        List<CommandContender.Recipe> recipes = new ArrayList<>();
        recipes.add(Peers.FIND);
        if (tdeploy != null) {
            recipes.add(Peers.TDEPLOY);
        }
        if (!noPeers) {
            recipes.addAll(Peers.OTHERS);
        }
        return recipes;
    }

    private void measureLargeFile(Report report, Path directory) throws IOException {
        progress.println("large file");
        LargeFileBenchmark.Result result = LargeFileBenchmark.run(directory, largeFile);
        report.line("### One file of %s", Report.size(OptionalLong.of(result.bytes())))
                .line("")
                .line(
                        "First snapshot %s, %s stored. With 1 MiB inserted in the middle: %s, %s more.",
                        Report.milliseconds(result.first()),
                        Report.size(OptionalLong.of(result.firstStored())),
                        Report.milliseconds(result.second()),
                        Report.size(OptionalLong.of(result.secondStored())))
                .line("");
    }

    /** What it ran on. */
    private static final class Machine {
        private Machine() {}

        static void describe(Report report, Path directory) throws IOException {
            String processor = Files.exists(Path.of("/proc/cpuinfo"))
                    ? Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                            .filter(line -> line.startsWith("model name"))
                            .map(line -> line.substring(line.indexOf(':') + 2))
                            .findFirst()
                            .orElse("unknown processor")
                    : "unknown processor";
            report.line(
                            "Machine: %s, %d processors, %s %s, %s, Java %s, heap of at most %d MB.",
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
}
