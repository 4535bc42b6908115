package io.jenkins.plugins.transparentdeploy.engine.target.served;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;

/** The service as a process of its own, run from the class path of the tests: {@code host-service --state-dir DIR}. */
public final class ServiceMain {
    private ServiceMain() {}

    public static void main(String[] args) throws Exception {
        TargetService.serve(System.in, System.out, Path.of(args[2]), Clock.systemUTC());
    }

    /** How it is run by this machine's own java. */
    static ServiceProgram program(Path stateDirectory) {
        return new ServiceProgram(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                List.of("-cp", System.getProperty("java.class.path"), ServiceMain.class.getName()),
                stateDirectory.toString());
    }

    /** A jar that runs it, as {@code tdeploy} is one; it refers to the class path of the tests. */
    public static Path jar(Path file) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(Attributes.Name.MAIN_CLASS, ServiceMain.class.getName());
        attributes.put(
                Attributes.Name.CLASS_PATH,
                Arrays.stream(System.getProperty("java.class.path").split(":"))
                        .map(path -> Path.of(path).toUri())
                        .map(URI::toString)
                        .collect(Collectors.joining(" ")));
        try (OutputStream out = Files.newOutputStream(file)) {
            new JarOutputStream(out, manifest).close();
        }
        return file;
    }
}
