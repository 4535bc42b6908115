package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.service.ServiceFile;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tdeploy init}. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description = "Write a service file with every key explained, to be edited. Never overwrites one.")
final class InitCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Spec
    CommandSpec spec;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            defaultValue = ServiceFile.DEFAULT_NAME,
            description = "Where to write it. Default: ${DEFAULT-VALUE}")
    Path file;

    @Option(
            names = {"-s", "--service"},
            paramLabel = "NAME",
            description = "The service's name. Default: that of this directory.")
    String service;

    @Override
    public Integer call() throws Exception {
        String name = service != null
                ? service
                : Path.of("").toAbsolutePath().getFileName().toString().replaceAll("[^A-Za-z0-9._-]", "-");
        String text;
        try (InputStream template = InitCommand.class.getResourceAsStream("service-file-template.yaml")) {
            text = new String(template.readAllBytes(), StandardCharsets.UTF_8).replace("@service@", name);
        }
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new RefusedException(file + " is there already", "Edit it, or name another with --file", e);
        }
        spec.commandLine()
                .getOut()
                .println(
                        main.json
                                ? Json.MAPPER.writeValueAsString(Map.of("file", file.toString()))
                                : "Wrote " + file + ". Edit it, then try 'tdeploy plan --artifact PATH'.");
        return 0;
    }
}
