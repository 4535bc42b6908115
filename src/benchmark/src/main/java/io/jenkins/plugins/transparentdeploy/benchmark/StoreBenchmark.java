package io.jenkins.plugins.transparentdeploy.benchmark;

import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./benchmark}. */
@Command(
        name = "benchmark",
        mixinStandardHelpOptions = true,
        description =
                "Measures the snapshot store beside cp, rsync, restic, borg and tar, and writes it into docs/benchmarks.md.")
public final class StoreBenchmark implements Callable<Integer> {
    private static final long GIBIBYTE = 1L << 30;

    @Option(
            names = "--files",
            split = ",",
            paramLabel = "N",
            description = "Sizes of the generated trees. Default: 12000,100000; try 1000000.")
    List<Integer> files = List.of(12_000, 100_000);

    @Option(
            names = "--application",
            paramLabel = "DIR",
            description = "An unpacked application to measure with as well.")
    Path application;

    @Option(names = "--rounds", description = "Measured rounds on each tree. Default: ${DEFAULT-VALUE}")
    int rounds = 7;

    @Option(names = "--warm-ups", description = "Rounds before those. Default: ${DEFAULT-VALUE}")
    int warmUps = 3;

    @Option(names = "--no-peers", description = "Measure only this project and the floor.")
    boolean noPeers;

    @Option(
            names = "--peers-up-to",
            paramLabel = "N",
            description = "Measure peers on trees of at most so many files. Default: all trees.")
    Integer peersUpTo;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "The page with the section to write. Default: ${DEFAULT-VALUE}")
    Path page = Path.of("docs", "benchmarks.md");

    @Spec
    CommandSpec spec;

    @Option(names = "--large-file", description = "Bytes of the large file; 0 for none. Default: ${DEFAULT-VALUE}")
    long largeFile = GIBIBYTE;

    @Option(names = "--tdeploy", description = "The tdeploy to measure as a whole command.")
    Path tdeploy;

    @Option(names = "--work", required = true, description = "A directory for everything that is written.")
    Path work;

    private static final int LINK_SWITCHES = 30;

    private final PrintStream progress = System.err;

    public static void main(String[] args) {
        System.exit(new CommandLine(new StoreBenchmark()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        section().check();
        HeapWatch heap = HeapWatch.begin();
        Path directory = Files.createDirectories(work).toRealPath().resolve("run");
        DurableFiles.deleteTree(directory);
        Report report = new Report();
        Machine.describe(report, "./benchmark " + String.join(" ", arguments()), directory.getParent());
        List<Goal> goals = new ArrayList<>();
        List<TreeResult> trees = new ArrayList<>();
        for (int count : files) {
            trees.add(measureTree(report, new GeneratedTree(count), directory.resolve("tree-" + count)));
            DurableFiles.deleteTree(directory);
            // What comes later takes long, and may fail.
            section().write(report.toString());
        }
        if (application != null) {
            measureTree(report, new ApplicationTree(application.toRealPath()), directory.resolve("application"));
            DurableFiles.deleteTree(directory);
            section().write(report.toString());
        }
        trees.forEach(tree -> goals.addAll(Goal.of(tree)));
        trees.stream().skip(1).forEach(tree -> goals.addAll(Goal.growth(trees.get(0), tree)));
        if (largeFile > 0) {
            goals.add(measureLargeFile(report, Files.createDirectories(directory)));
            DurableFiles.deleteTree(directory);
        }
        progress.println("going back by the link");
        Duration link = LinkSwitchBenchmark.run(Files.createDirectories(directory), files.get(0), LINK_SWITCHES);
        goals.add(
                Goal.atMost("going back by the link, " + files.get(0) + " files, engine time", 20, millis(link), "ms"));
        goals.add(Goal.atMost(
                "heap in use after a collection, at most", 256, heap.mostInUse() / (double) (1 << 20), "MiB"));
        DurableFiles.deleteTree(directory);
        report.goals(goals);
        section().write(report.toString());
        System.out.print(report);
        return 0;
    }

    private Page section() {
        return new Page(page, "store", "./benchmark");
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }

    /** What somebody typed, without where it writes. */
    private List<String> arguments() {
        List<String> typed = new ArrayList<>(spec.commandLine().getParseResult().originalArgs());
        for (String own : List.of("--tdeploy", "--work", "--report", "--application")) {
            int at = typed.indexOf(own);
            if (at >= 0) {
                typed.subList(at, at + 2).clear();
            }
        }
        return typed;
    }

    private TreeResult measureTree(Report report, SampleTree tree, Path directory) throws IOException {
        int count = tree.files();
        List<Contender> contenders = new ArrayList<>();
        EngineContender engine = new EngineContender(directory.resolve("engine"));
        contenders.add(engine);
        for (CommandContender.Recipe recipe : recipes(count)) {
            if (recipe.missing().isEmpty()) {
                Path place = directory.resolve("contender-" + contenders.size());
                contenders.add(new CommandContender(
                        recipe, place, Map.of("TDEPLOY", tdeploy == null ? "" : tdeploy.toString())));
            } else {
                report.line("Not measured: %s, because %s is missing.\n", recipe.name(), recipe.missing());
            }
        }
        TreeBenchmark benchmark =
                new TreeBenchmark(tree, contenders, Files.createDirectories(directory.resolve("work")), progress);
        Samples samples = benchmark.run(warmUps, rounds);
        report.line("### %s, %s", tree.title(), Report.size(OptionalLong.of(benchmark.treeBytes())))
                .line("")
                .line("Medians of %d rounds after %d, and ratios to the engine.", rounds, warmUps)
                .line("")
                .table(benchmark, samples, contenders, engine);
        return new TreeResult(count, benchmark, samples);
    }

    private List<CommandContender.Recipe> recipes(int count) {
        List<CommandContender.Recipe> recipes = new ArrayList<>();
        recipes.add(Peers.FIND);
        if (tdeploy != null) {
            recipes.add(Peers.TDEPLOY);
        }
        if (!noPeers && (peersUpTo == null || count <= peersUpTo)) {
            recipes.addAll(Peers.OTHERS);
        }
        return recipes;
    }

    private Goal measureLargeFile(Report report, Path directory) throws IOException {
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
        return Goal.atMost(
                "1 MiB inserted into " + Report.size(OptionalLong.of(result.bytes())) + ": stored",
                4,
                result.secondStored() / 1e6,
                "MB");
    }
}
