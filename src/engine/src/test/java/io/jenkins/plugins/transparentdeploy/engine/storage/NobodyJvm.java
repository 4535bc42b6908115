package io.jenkins.plugins.transparentdeploy.engine.storage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Java processes of the user nobody, who owns a home and nothing else. The test itself is root, to be able to start them. */
public final class NobodyJvm {
    private static final int NOBODY = 65534;
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    private static final Pattern LIBRARIES = Pattern.compile(
            ".*/(jackson|aircompressor|assertj|awaitility|byte-buddy|hamcrest|junit|opentest4j|apiguardian)[^/]*\\.jar");

    private final Path home;
    private final String classPath;

    /** Skips the test where nobody can become somebody else. @param directory the test's, which everybody may look into then */
    public NobodyJvm(Path directory) throws IOException, InterruptedException {
        assumeTrue(Files.getAttribute(directory, "unix:uid").equals(0), "only root can become somebody else");
        assumeTrue(Files.isExecutable(SETPRIV), "needs setpriv");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        home = Files.createDirectory(directory.resolve("home"));
        give(home);
        classPath = readableClassPath(Files.createDirectory(directory.resolve("class-path")));
    }

    /** From now on it is nobody's. */
    public static void give(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", NOBODY);
        Files.setAttribute(path, "unix:gid", NOBODY);
    }

    /** A directory of nobody's, in which its temporary files are, too. */
    public Path home() {
        return home;
    }

    /** Its output comes out with the test's. */
    public Process start(Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                SETPRIV.toString(),
                "--reuid=" + NOBODY,
                "--regid=" + NOBODY,
                "--clear-groups",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dsun.jnu.encoding=UTF-8",
                "-Djava.io.tmpdir=" + home,
                "-cp",
                classPath,
                main.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command).inheritIO().start();
    }

    /** Somebody else cannot read the home directory in which Maven keeps its files. */
    private static String readableClassPath(Path copies) throws IOException, InterruptedException {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (Files.isDirectory(Path.of(entry)) || LIBRARIES.matcher(entry).matches()) {
                String copy = copies.resolve(Integer.toString(entries.size())).toString();
                Process copying =
                        new ProcessBuilder("cp", "-r", entry, copy).inheritIO().start();
                if (copying.waitFor() != 0) {
                    throw new IOException("could not copy " + entry);
                }
                entries.add(copy);
            }
        }
        return String.join(File.pathSeparator, entries);
    }
}
