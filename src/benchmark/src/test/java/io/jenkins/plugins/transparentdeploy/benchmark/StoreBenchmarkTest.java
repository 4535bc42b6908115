package io.jenkins.plugins.transparentdeploy.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The benchmark does what it says, on a tree small enough for a test; how fast is nobody's business here. */
class StoreBenchmarkTest {
    private static final String BEGIN = "<!-- store: written by ./benchmark -->";
    private static final String END = "<!-- store: end -->";

    private static final PrintStream SILENT =
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    @Test
    void everyContenderThatIsInstalledDoesWhatItSaysAndIsMeasured() throws IOException {
        List<Contender> contenders = new ArrayList<>();
        contenders.add(new EngineContender(directory.resolve("engine")));
        for (CommandContender.Recipe recipe : Peers.OTHERS) {
            if (recipe.missing().isEmpty()) {
                contenders.add(new CommandContender(recipe, directory.resolve("p" + contenders.size()), Map.of()));
            }
        }

        Samples samples = new TreeBenchmark(
                        new GeneratedTree(40), contenders, Files.createDirectory(directory.resolve("work")), SILENT)
                .run(0, 1);

        for (Contender contender : contenders) {
            for (Scenario scenario : contender.does()) {
                assertThat(samples.median(contender.name(), scenario))
                        .as(contender.name() + ": " + scenario.title())
                        .isPresent();
            }
        }
    }

    @Test
    void theSameTreeIsGeneratedEachTimeAndChangedAlike() throws IOException {
        GeneratedTree tree = new GeneratedTree(30);
        tree.writeTo(directory.resolve("a"));
        tree.writeTo(directory.resolve("b"));
        tree.change(directory.resolve("a"), 3);
        tree.change(directory.resolve("b"), 3);

        try (var files = Files.walk(directory.resolve("a"))) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Path twin =
                        directory.resolve("b").resolve(directory.resolve("a").relativize(file));
                assertThat(Files.mismatch(file, twin)).as(file.toString()).isEqualTo(-1);
            }
        }
    }

    @Test
    void itRunsAsOneCommandAndWritesItsOwnSectionOnly() throws IOException {
        Path page = directory.resolve("page.md");
        Path application = Files.createDirectories(directory.resolve("application 1.0"));
        Files.writeString(application.resolve("a.txt"), "a");
        Files.writeString(page, "before\n" + BEGIN + "\nold\n" + END + "\nafter\n");
        int exit = new CommandLine(new StoreBenchmark())
                .execute(
                        "--files",
                        "25",
                        "--rounds",
                        "1",
                        "--warm-ups",
                        "0",
                        "--no-peers",
                        "--application",
                        application.toString(),
                        "--large-file",
                        "3000000",
                        "--report",
                        page.toString(),
                        "--work",
                        directory.toString());

        assertThat(exit).isZero();
        assertThat(Files.readString(page))
                .startsWith("before\n" + BEGIN)
                .endsWith(END + "\nafter\n")
                .doesNotContain("old")
                .contains(
                        "| engine, in process |",
                        "`./benchmark --files 25 --rounds 1",
                        "### application 1.0, 1 files",
                        "1 MiB inserted",
                        "by the link");
    }

    @Test
    void withoutASectionNothingIsMeasured() throws IOException {
        Path page = Files.writeString(directory.resolve("page.md"), "of others\n");

        int exit = new CommandLine(new StoreBenchmark())
                .setErr(new PrintWriter(OutputStream.nullOutputStream()))
                .execute(
                        "--report",
                        page.toString(),
                        "--work",
                        directory.resolve("work").toString());

        assertThat(exit).isNotZero();
        assertThat(directory.resolve("work")).doesNotExist();
        assertThat(page).hasContent("of others\n");
    }

    @Test
    void aGoalSaysWhetherItIsReached() {
        assertThat(Goal.atMost("x", 2.5, 2.4, "×").row()).isEqualTo("| x | ≤ 2.50 × | 2.40 × | yes |");
        assertThat(Goal.atMost("x", 20, 20.5, "ms").row()).isEqualTo("| x | ≤ 20.0 ms | 20.5 ms | **no** |");
        assertThat(new Goal("x", Goal.Bound.BELOW, 1, 1, "×").row())
                .as("as fast is not faster")
                .isEqualTo("| x | < 1.00 × | 1.00 × | **no** |");
    }
}
