package io.jenkins.plugins.transparentdeploy.engine.check;

import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import java.time.Duration;
import java.util.Objects;

/**
 * Passes when a command ends with exit code 0 on the host in time.
 *
 * @param command what to run; its environment is never printed
 */
public record CommandCheck(String name, Command command, Duration timeout) implements Check {
    public CommandCheck {
        Check.validate(name, timeout);
        Objects.requireNonNull(command, "command");
    }

    @Override
    public String kind() {
        return "command";
    }
}
