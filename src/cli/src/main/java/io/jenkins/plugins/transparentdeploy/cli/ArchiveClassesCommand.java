package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tdeploy archive-classes}: see {@link ClassArchive}. Idempotent; two at once are none the worse. */
@Command(
        name = "archive-classes",
        mixinStandardHelpOptions = true,
        description = {
            "Make tdeploy start in half the time, with this Java.",
            "Writes a file of some 35 MB beside tdeploy.jar, which is used wherever tdeploy starts itself."
        })
final class ArchiveClassesCommand implements Callable<Integer> {
    @Option(
            names = "--rehearse",
            hidden = true,
            paramLabel = "DIR",
            description = "Do there what a release does, so that all its classes are loaded.")
    Path stage;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (stage != null) {
            rehearse();
            return 0;
        }
        ClassArchive archive = ClassArchive.own()
                .orElseThrow(() -> new RefusedException(
                        "tdeploy runs from a directory of classes, of which no archive can be made",
                        "Build tdeploy.jar, and start that"));
        Path work = Files.createTempDirectory("tdeploy-classes");
        try {
            Path classes = work.resolve("classes.txt");
            List<String> options = new ArrayList<>(JavaCommand.QUICK_START);
            options.add("-XX:DumpLoadedClassList=" + classes);
            JavaCommand.run(
                    options,
                    archive.jar().toString(),
                    List.of(
                            "archive-classes",
                            "--rehearse",
                            work.resolve("stage").toString()),
                    work.resolve("rehearsal.log"));
            archive.make(classes, work.resolve("archive.log"));
        } finally {
            DurableFiles.deleteTree(work);
        }
        spec.commandLine().getOut().println(archive.file());
        return 0;
    }

    /** A release, a way back and what people look at, each in this process. */
    private void rehearse() throws IOException {
        Path artifact = Files.createDirectories(stage.resolve("artifact"));
        Files.writeString(artifact.resolve("app"), "something to release");
        Files.createDirectories(stage.resolve("live"));
        Files.writeString(stage.resolve("live/app"), "what was there before");
        String target = "target.directory=" + stage.resolve("live");
        List<String> service = List.of("-s", "rehearsal", "-e", "rehearsal");
        perform(service, "snapshot", "--set", target);
        perform(service, "deploy", "--in-process", "--set", target, "--artifact", artifact.toString());
        perform(service, "rollback", "--in-process");
        perform(List.of(), "status");
    }

    private void perform(List<String> service, String... command) throws IOException {
        List<String> line = new ArrayList<>(List.of(command));
        line.addAll(List.of("--state-dir", stage.resolve("state").toString()));
        line.addAll(service);
        int exitCode = Main.execute(line.toArray(String[]::new));
        if (exitCode != 0) {
            throw new IOException("The rehearsal of " + line + " ended with " + exitCode);
        }
    }
}
