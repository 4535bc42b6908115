package io.jenkins.plugins.transparentdeploy.engine.host;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file with {@code NAME=value} lines for a command's environment. It is read whenever a command starts and recorded
 * nowhere: this is where secrets belong.
 */
public record EnvironmentFile(Path path) {

    /**
     * Reads it as it is now. Lines that begin with {@code #}, and lines without a {@code =}, say nothing.
     *
     * @throws RefusedException when it is missing or unreadable
     */
    public Map<String, String> read() throws IOException {
        if (!Files.isReadable(path)) {
            throw new RefusedException(
                    "The environment file " + path + " cannot be read",
                    "Create it, readable for the user that deploys");
        }
        return parse(Files.readAllLines(path));
    }

    /**
     * Reads one of another machine as it is now, as {@link #read} does.
     *
     * @throws RefusedException when it is missing
     */
    public static Map<String, String> readOn(Host host, Path path) throws IOException {
        byte[] content = host.files()
                .read(path)
                .orElseThrow(() -> new RefusedException(
                        "The environment file " + path + " is not on " + host.name(),
                        "Create it, readable for the user that deploys"));
        return parse(new String(content, StandardCharsets.UTF_8).lines().toList());
    }

    private static Map<String, String> parse(List<String> lines) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String line : lines) {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                environment.put(line.substring(0, equals).trim(), line.substring(equals + 1));
            }
        }
        return environment;
    }
}
