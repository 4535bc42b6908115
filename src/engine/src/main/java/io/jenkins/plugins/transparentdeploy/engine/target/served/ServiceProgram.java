package io.jenkins.plugins.transparentdeploy.engine.target.served;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How this program is run on a host.
 *
 * @param java the java there
 * @param arguments what makes it this program: its jar, or a class path and a class
 * @param stateDirectory where this program keeps its files there; absolute
 */
public record ServiceProgram(String java, List<String> arguments, String stateDirectory) {
    /** Finds the program on a host, or brings it there. */
    @FunctionalInterface
    public interface Provider {
        /** @throws RefusedException if the host cannot have it */
        ServiceProgram prepared() throws IOException, InterruptedException;
    }

    private static final Duration SHORT = Duration.ofSeconds(30);
    private static final Duration UPLOAD = Duration.ofMinutes(10);
    private static final int MIN_JAVA = 17;

    /** Says the version and the place of every java that is anywhere to be expected. */
    private static final String FIND_JAVA =
            """
            for java in "${JAVA_HOME:-/nowhere}/bin/java" java /usr/lib/jvm/*/bin/java /opt/java/*/bin/java; do
              found=$(command -v "$java" 2>/dev/null) || continue
              version=$("$found" -version 2>&1 | sed -n 's/.* version "\\([^"]*\\)".*/\\1/p' | head -n 1)
              echo "$version $found"
            done""";

    /** Takes the jar on its input, unless it is there already, as the name says that it should be. */
    private static final String IS_THERE = "test \"$(sha256sum <\"$1\" 2>/dev/null | cut -c1-64)\" = \"$2\"";

    private static final String TAKE =
            """
            set -e
            umask 077
            mkdir -p "$(dirname "$1")"
            trap 'rm -f "$1.$$"' EXIT
            cat >"$1.$$"
            test "$(sha256sum <"$1.$$" | cut -c1-64)" = "$2"
            mv -f "$1.$$" "$1\"""";

    public ServiceProgram {
        arguments = List.copyOf(arguments);
    }

    /** A java on the host that can run this program; empty if there is none. */
    public static Optional<String> findJava(RemoteShell shell) throws IOException, InterruptedException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        shell.run(FIND_JAVA, List.of(), InputStream.nullInputStream(), output, SHORT);
        return output.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.indexOf(' ') > 0 && major(line.substring(0, line.indexOf(' '))) >= MIN_JAVA)
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .findFirst();
    }

    private static int major(String version) {
        try {
            return Integer.parseInt(version.split("[.+-]", 2)[0]);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /**
     * Puts this program on a host, once for each version of it. Idempotent.
     *
     * @param java as {@link #findJava} found it
     * @param jar on this machine
     * @param stateDirectory on the host; absolute
     */
    public static ServiceProgram install(RemoteShell shell, String java, Path jar, Path stateDirectory)
            throws IOException, InterruptedException {
        String digest = digest(jar);
        String there = stateDirectory
                .resolve("lib/tdeploy-" + digest.substring(0, 16) + ".jar")
                .toString();
        List<String> arguments = List.of(there, digest);
        if (!shell.run(IS_THERE, arguments, InputStream.nullInputStream(), OutputStream.nullOutputStream(), SHORT)
                .succeeded()) {
            try (InputStream content = Files.newInputStream(jar)) {
                RemoteShell.Ended ended = shell.run(TAKE, arguments, content, OutputStream.nullOutputStream(), UPLOAD);
                if (!ended.succeeded()) {
                    throw new RefusedException(
                            shell.name() + " does not take " + there + ": "
                                    + ended.errors().strip(),
                            "Give the user that deploys a directory with space for it, by stateDirectory");
                }
            }
        }
        return new ServiceProgram(java, List.of("-jar", there), stateDirectory.toString());
    }

    private static String digest(Path jar) throws IOException {
        MessageDigest digest = Sha256.newDigest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(jar), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return Sha256.spell(digest.digest());
    }
}
