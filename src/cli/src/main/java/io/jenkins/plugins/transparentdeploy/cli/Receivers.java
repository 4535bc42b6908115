package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.notification.Webhook;
import io.jenkins.plugins.transparentdeploy.engine.service.NotificationReader;
import java.util.List;

/**
 * Who is told what happens besides those whom the service file names: whoever starts this program may add receivers of
 * its own to all services, in a variable. They are in no record, for they say nothing about the service.
 */
final class Receivers {
    /** JSON, as under {@code notifications} in a service file. */
    static final String VARIABLE = "TDEPLOY_NOTIFICATIONS";

    private Receivers() {}

    /** Those of this process's environment. What is not understood is said, and keeps nothing from happening. */
    static List<Webhook> ofStarter() {
        String json = System.getenv(VARIABLE);
        if (json == null || json.isBlank()) {
            return List.of();
        }
        try {
            return NotificationReader.parse(json);
        } catch (RefusedException e) {
            System.err.println(
                    "tdeploy: " + VARIABLE + " is not understood, and nobody is told by it: " + e.getMessage());
            return List.of();
        }
    }
}
