package io.jenkins.plugins.transparentdeploy.benchmark;

import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A program, as the shell lines that somebody would type. They find {@code $TREE}, {@code $STORE} and {@code $CACHE}, the
 * number of the new snapshot in {@code $N} and that of the last in {@code $LAST}, which is empty before the first.
 */
final class CommandContender implements Contender {
    private static final String TIME = "time";

    /**
     * What is typed.
     *
     * @param name for the report
     * @param needs programs without which it is left out
     * @param does what of it is measured
     * @param prepare makes an empty store; not measured
     * @param snapshot takes one
     * @param restore puts the last one into {@code $TREE}
     * @param keeps whether it keeps a store whose size means something
     */
    record Recipe(
            String name,
            List<String> needs,
            Set<Scenario> does,
            String prepare,
            String snapshot,
            String restore,
            boolean keeps) {

        /** The programs that are not there. */
        List<String> missing() {
            return needs.stream().filter(program -> !isInstalled(program)).toList();
        }

        private static boolean isInstalled(String program) {
            return find(program).isPresent();
        }

        private static Optional<Path> find(String program) {
            return Arrays.stream(System.getenv("PATH").split(":"))
                    .map(directory -> Path.of(directory, program))
                    .filter(Files::isExecutable)
                    .findFirst();
        }
    }

    private final Recipe recipe;
    private final Path directory;
    private final Map<String, String> environment;
    private int snapshots;
    private long peakKilobytes;

    CommandContender(Recipe recipe, Path directory, Map<String, String> environment) {
        this.recipe = recipe;
        this.directory = directory;
        this.environment = environment;
    }

    @Override
    public String name() {
        return recipe.name();
    }

    @Override
    public Set<Scenario> does() {
        return recipe.does();
    }

    @Override
    public String how() {
        return "`" + recipe.snapshot() + "`" + (recipe.restore().isEmpty() ? "" : "; `" + recipe.restore() + "`");
    }

    @Override
    public void reset() throws IOException {
        DurableFiles.deleteTree(directory);
        DurableFiles.createDirectories(store());
        DurableFiles.createDirectories(cache());
        snapshots = 0;
        if (!recipe.prepare().isEmpty()) {
            run(recipe.prepare(), directory);
        }
    }

    @Override
    public void snapshot(Path tree) throws IOException {
        run(recipe.snapshot(), tree);
        snapshots++;
    }

    @Override
    public void restore(Path tree) throws IOException {
        DurableFiles.createDirectories(tree);
        run(recipe.restore(), tree);
    }

    @Override
    public OptionalLong storeBytes() throws IOException {
        return recipe.keeps() ? OptionalLong.of(DiskUsage.of(store())) : OptionalLong.empty();
    }

    @Override
    public OptionalLong peakMemory() {
        return peakKilobytes == 0 ? OptionalLong.empty() : OptionalLong.of(peakKilobytes * 1024);
    }

    private void run(String script, Path tree) throws IOException {
        List<String> command = new ArrayList<>();
        Path memory = directory.resolve("memory");
        Optional<Path> time = Recipe.find(TIME);
        if (time.isPresent()) {
            command.addAll(List.of(time.get().toString(), "-q", "-f", "%M", "-o", memory.toString()));
        }
        command.addAll(List.of("bash", "-e", "-o", "pipefail", "-c", script));
        Path log = directory.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .directory(directory.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("TREE", tree.toString());
        builder.environment().put("STORE", store().toString());
        builder.environment().put("CACHE", cache().toString());
        builder.environment().put("N", Integer.toString(snapshots));
        builder.environment().put("LAST", snapshots == 0 ? "" : Integer.toString(snapshots - 1));
        Process process = builder.start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(recipe.name() + " failed with " + process.exitValue() + ": "
                        + Files.readString(log).strip());
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while " + recipe.name() + " ran");
        }
        if (Files.exists(memory)) {
            peakKilobytes = Math.max(
                    peakKilobytes, Long.parseLong(Files.readString(memory).strip()));
        }
    }

    private Path store() {
        return directory.resolve("store");
    }

    private Path cache() {
        return directory.resolve("cache");
    }
}
