package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.storage.DiskFullException;
import io.jenkins.plugins.transparentdeploy.engine.storage.Workers;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Extended attributes that no Java program can see: access control lists, capabilities and those of the namespace {@code
 * trusted}. {@code getfattr} (Debian's package {@code attr}) finds them. What a security module labels files with is left
 * out: it labels new ones too.
 */
public final class HiddenAttributes {
    private static final String NAMES = "^(user|trusted)\\.|^system\\.posix_acl_|^security\\.capability$";
    /** How xargs ends when getfattr could not look at something. */
    private static final int SOME_UNREADABLE = 123;
    /** How it ends when there is no getfattr. */
    private static final int MISSING = 127;

    private static final String FILE = "# file: ";

    private HiddenAttributes() {}

    /** Relative paths that are asked about. */
    @FunctionalInterface
    public interface Paths {
        /** Gives each of them. */
        void giveTo(Workers.Act<String> taker) throws IOException;
    }

    /** All managed paths below a root. Links are not followed, what is not managed and what this user cannot read is not entered. */
    public static Paths managed(Path root, ManagedPaths managed) {
        ManagedPaths.Matcher notManaged = managed.matcher();
        return taker -> Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                return directory.equals(root) ? FileVisitResult.CONTINUE : visitFile(directory, attributes);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String path = root.relativize(file).toString();
                if (notManaged.matches(path)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                taker.on(path);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException vanished) {
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /**
     * The extended attributes of these paths, those of the namespace {@code user} too; links are not followed, and what is
     * not there or this user cannot look into is passed over.
     *
     * @return names by relative path; empty if there is no {@code getfattr}
     * @throws IOException if it failed
     */
    public static Optional<Map<String, Set<String>>> of(Path root, Paths paths) throws IOException {
        Path list = Files.createTempFile("tdeploy-", ".paths");
        try {
            writeList(paths, list);
            return read(root, list);
        } finally {
            Files.delete(list);
        }
    }

    private static void writeList(Paths paths, Path list) throws IOException {
        Charset names = Charset.forName(System.getProperty("sun.jnu.encoding"));
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(list))) {
            // What begins with a hyphen must not be taken for an option.
            paths.giveTo(path -> out.write(("./" + path + '\0').getBytes(names)));
        } catch (IOException e) {
            throw DiskFullException.explaining(e, list);
        }
    }

    private static Optional<Map<String, Set<String>>> read(Path root, Path list) throws IOException {
        Process process;
        try {
            ProcessBuilder builder = new ProcessBuilder("xargs", "-0", "-r", "getfattr", "-h", "-m", NAMES, "--")
                    .directory(root.toFile())
                    .redirectInput(list.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("LC_ALL", "C.UTF-8");
            process = builder.start();
        } catch (IOException missing) {
            return Optional.empty();
        }
        try (InputStream output = process.getInputStream()) {
            Map<String, Set<String>> found = parse(new String(output.readAllBytes(), StandardCharsets.UTF_8));
            int exitCode = process.waitFor();
            if (exitCode == MISSING) {
                return Optional.empty();
            }
            if (exitCode != 0 && exitCode != SOME_UNREADABLE) {
                throw new IOException("getfattr failed in " + root + ": xargs ended with " + exitCode);
            }
            return Optional.of(found);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while getfattr ran");
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * Refuses a tree with attributes that would be lost without a word.
     *
     * @throws RefusedException if a managed path has one that is not a file's of the namespace {@code user}, or if that
     *     cannot be found out
     */
    static void refuse(Path root, Manifest managed) throws IOException {
        Paths all = taker -> {
            for (ManifestEntry entry : managed.entries()) {
                taker.on(entry.path());
            }
        };
        Map<String, Set<String>> found = of(root, all)
                .orElseThrow(() -> new RefusedException(
                        "The target " + root
                                + " asks for extended attributes, but getfattr, which finds those that cannot be kept,"
                                + " is not installed",
                        "Install the package attr, or take attributes: out of the target"));
        for (Map.Entry<String, Set<String>> entry : found.entrySet()) {
            boolean file = managed.find(entry.getKey()).orElse(null) instanceof FileEntry;
            for (String name : entry.getValue()) {
                if (!file || !name.startsWith("user.")) {
                    throw new RefusedException(
                            root.resolve(entry.getKey()) + " has " + describe(name)
                                    + ", which cannot be kept in a snapshot",
                            "Remove it (setfacl -b, setcap -r, setfattr -x) and let a hook set it after each"
                                    + " deployment, or add '" + entry.getKey() + "' to exclude: of the target");
                }
            }
        }
    }

    /** For people. */
    public static String describe(String name) {
        return switch (name) {
            case "system.posix_acl_access" -> "an access control list";
            case "system.posix_acl_default" -> "a default access control list";
            case "security.capability" -> "file capabilities";
            default -> "the extended attribute " + name;
        };
    }

    /** What getfattr prints: a line for the path, and one for each name. */
    static Map<String, Set<String>> parse(String output) {
        Map<String, Set<String>> found = new TreeMap<>();
        String path = "";
        for (String line : output.split("\n")) {
            if (line.startsWith(FILE)) {
                String named = unescaped(line.substring(FILE.length()));
                path = named.equals(".") ? "" : named.substring(named.startsWith("./") ? 2 : 0);
            } else if (!line.isEmpty()) {
                found.computeIfAbsent(path, none -> new TreeSet<>()).add(unescaped(line));
            }
        }
        return found;
    }

    /** It writes line feeds and backslashes as a backslash and three octal digits. */
    private static String unescaped(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] spelled = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < spelled.length; i++) {
            if (spelled[i] == '\\' && i + 3 < spelled.length) {
                String octal = new String(spelled, i + 1, 3, StandardCharsets.US_ASCII);
                if (octal.matches("[0-3][0-7]{2}")) {
                    bytes.write(Integer.parseInt(octal, 8));
                    i += 3;
                    continue;
                }
            }
            bytes.write(spelled[i]);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
