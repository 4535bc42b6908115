package io.jenkins.plugins.transparentdeploy.engine.check;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.time.Duration;

/** One question to a running service. A value: asking it is {@link CheckRunner}'s. */
public sealed interface Check permits HttpCheck, TcpCheck, CommandCheck, PrometheusCheck, LogCheck {
    /** What people call it; not blank. */
    String name();

    /** How long one attempt may take, more than zero. */
    Duration timeout();

    /** The kind as the service file names it. */
    String kind();

    /** @throws RefusedException when a name is blank or a timeout is not more than zero */
    static void validate(String name, Duration timeout) {
        if (name.isBlank()) {
            throw new RefusedException("A check has no name", "Give it one that people will understand");
        }
        if (timeout.isZero() || timeout.isNegative()) {
            throw new RefusedException(
                    "The timeout of the check '" + name + "' is " + timeout + ", which no answer can meet",
                    "Make it more than zero, for example 5s");
        }
    }
}
