package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.service.ServiceFile;
import io.jenkins.plugins.transparentdeploy.engine.storage.DiskFullException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    /** Of a service. */
    private static final int LONGEST_NAME = 64;

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
        String name = service != null ? service : nameOfThisDirectory();
        String text;
        try (InputStream template = InitCommand.class.getResourceAsStream("service-file-template.yaml")) {
            text = new String(template.readAllBytes(), StandardCharsets.UTF_8).replace("@service@", name);
        }
        // What cannot be a name is said now, and not by the next command.
        ServiceFile.parse(file.toString(), text).service();
        write(text);
        spec.commandLine()
                .getOut()
                .println(
                        main.json
                                ? Json.MAPPER.writeValueAsString(Map.of("file", file.toString()))
                                : "Wrote " + file + ". Edit it, then try 'tdeploy plan --artifact PATH'.");
        return 0;
    }

    private static String nameOfThisDirectory() {
        Path here = Path.of("").toAbsolutePath().getFileName();
        String name = here == null
                ? ""
                : here.toString().replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
        return name.isEmpty() ? "service" : name.substring(0, Math.min(name.length(), LONGEST_NAME));
    }

    /** Never half a file, which the next attempt would not overwrite. */
    private void write(String text) throws IOException {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            throw new RefusedException(file + " is there already", "Edit it, or name another with --file", e);
        } catch (FileSystemException e) {
            throw new RefusedException(
                    file + " cannot be written: its directory does not exist, or user "
                            + System.getProperty("user.name") + " may not write there",
                    "Name another with --file",
                    e);
        }
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            Files.delete(file);
            throw DiskFullException.explaining(e, file);
        }
    }
}
