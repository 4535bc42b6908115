package io.jenkins.plugins.transparentdeploy.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/** All that this test runs from in one executable jar, as the build makes it once its tests have passed. */
final class OneJar {
    private OneJar() {}

    static void writeTo(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Main.class.getName());
        Set<String> names = new HashSet<>(Set.of(JarFile.MANIFEST_NAME));
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(jar));
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            out.setLevel(Deflater.BEST_SPEED);
            for (String entry : System.getProperty("java.class.path").split(":")) {
                Path path = Path.of(entry);
                if (Files.isDirectory(path)) {
                    addDirectory(path, out, names);
                } else if (Files.exists(path)) {
                    addJar(path, out, names);
                }
            }
        }
    }

    private static void addDirectory(Path directory, JarOutputStream out, Set<String> names) throws IOException {
        List<Path> files;
        try (Stream<Path> walked = Files.walk(directory)) {
            files = walked.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                add(directory.relativize(file).toString(), in, out, names);
            }
        }
    }

    private static void addJar(Path path, JarOutputStream out, Set<String> names) throws IOException {
        try (JarFile jar = new JarFile(path.toFile())) {
            for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                if (!entry.isDirectory() && !entry.getName().startsWith("META-INF/versions/")) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        add(entry.getName(), in, out, names);
                    }
                }
            }
        }
    }

    private static void add(String name, InputStream in, JarOutputStream out, Set<String> names) throws IOException {
        boolean signature = name.startsWith("META-INF/") && name.matches(".*\\.(SF|DSA|RSA|EC)");
        if (!signature && names.add(name)) {
            out.putNextEntry(new JarEntry(name));
            in.transferTo(out);
            out.closeEntry();
        }
    }
}
