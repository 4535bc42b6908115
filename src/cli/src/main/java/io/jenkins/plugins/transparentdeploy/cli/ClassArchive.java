package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The classes of this program as a JVM keeps them in its memory, in a file beside the jar (JEP 310): with them it starts in
 * half the time. The JVM itself checks that they are of this very jar and of itself, and does without them if not; so the
 * file may be missing, old or torn.
 *
 * @param jar what the program runs from
 */
record ClassArchive(Path jar) {
    /** Of the jar that this program runs from; empty where that is a directory of classes, as in a build. */
    static Optional<ClassArchive> own() {
        try {
            Path own = Path.of(Main.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            boolean alone = own.toString().endsWith(".jar")
                    && !System.getProperty("java.class.path").contains(":");
            return alone ? Optional.of(new ClassArchive(own)) : Optional.empty();
        } catch (URISyntaxException e) {
            throw new RefusedException("This program cannot find its own jar", "Start it with java -jar", e);
        }
    }

    /** Where it is, if it is. */
    Path file() {
        String name = jar.getFileName().toString();
        return jar.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".jsa");
    }

    /** What to start a JVM with, so that it uses it. Warnings about it go where they disturb nobody's JSON. */
    List<String> options() {
        return Files.isReadable(file())
                ? List.of("-XX:SharedArchiveFile=" + file(), "-Xlog:disable", "-Xlog:all=warning:stderr")
                : List.of();
    }

    /**
     * Makes it anew. Those that use the old one go on with it.
     *
     * @param classes the names of the classes, as a JVM writes them down with {@code -XX:DumpLoadedClassList}
     */
    void make(Path classes, Path log) throws IOException, InterruptedException {
        Path made = Files.createTempFile(jar.toAbsolutePath().getParent(), "classes", ".tmp");
        try {
            // The JVM does not write into a file that is there.
            Files.delete(made);
            JavaCommand.run(
                    List.of("-Xshare:dump", "-XX:SharedClassListFile=" + classes, "-XX:SharedArchiveFile=" + made),
                    jar.toString(),
                    List.of(),
                    log);
            Files.move(made, file(), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(made);
        }
    }
}
