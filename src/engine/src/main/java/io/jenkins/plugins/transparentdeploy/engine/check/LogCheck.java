package io.jenkins.plugins.transparentdeploy.engine.check;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Passes when the number of lines that match, since the deployment began, is within bounds.
 *
 * @param file absolute; rotation is followed, by renaming as well as by truncation
 * @param pattern has to match somewhere in a line
 */
public record LogCheck(String name, Path file, Pattern pattern, Bounds bounds, Duration timeout) implements Check {
    /** @throws RefusedException when the file is not absolute */
    public LogCheck {
        Check.validate(name, timeout);
        Objects.requireNonNull(pattern, "pattern");
        Objects.requireNonNull(bounds, "bounds");
        if (!file.isAbsolute()) {
            throw new RefusedException(
                    "The log file " + file + " of the check '" + name + "' is not absolute", "Give its whole path");
        }
    }

    @Override
    public String kind() {
        return "log";
    }
}
