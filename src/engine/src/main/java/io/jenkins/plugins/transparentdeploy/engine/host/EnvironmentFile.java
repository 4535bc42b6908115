package io.jenkins.plugins.transparentdeploy.engine.host;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A file with {@code NAME=value} lines for a command's environment. It is read whenever a command starts and recorded
 * nowhere: this is where secrets belong.
 */
public record EnvironmentFile(Path path) {

    /**
     * Reads it as it is now on the host that has it. Lines that begin with {@code #}, and lines without a {@code =}, say nothing.
     *
     * @throws RefusedException when it is missing or unreadable
     */
    public Map<String, String> read(HostFiles files) throws IOException {
        byte[] content;
        try {
            content = files.read(path).orElseThrow(() -> unreadable(null));
        } catch (AccessDeniedException e) {
            throw unreadable(e);
        }
        Map<String, String> environment = new LinkedHashMap<>();
        for (String line : new String(content, StandardCharsets.UTF_8).lines().toList()) {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                environment.put(line.substring(0, equals).trim(), line.substring(equals + 1));
            }
        }
        return environment;
    }

    private RefusedException unreadable(AccessDeniedException cause) {
        return new RefusedException(
                "The environment file " + path + " cannot be read",
                "Create it, readable for the user that deploys",
                cause);
    }
}
