package io.jenkins.plugins.transparentdeploy.demo.traffic;

import java.util.Map;

/** The strategies that are measured, as a service file has them, with two instances. */
final class Strategies {
    static final Map<String, String> IN_SERVICE_FILE = Map.of(
            "rolling", "rolling",
            "blue-green", "{blueGreen: {slots: {blue: [a], green: [b]}}}",
            "canary", "{canary: {instances: [b], steps: [{weight: 10, pause: 500ms}, {weight: 50, pause: 500ms}]}}");

    private Strategies() {}

    static String inServiceFile(String strategy) {
        String text = IN_SERVICE_FILE.get(strategy);
        if (text == null) {
            throw new IllegalArgumentException(
                    "No strategy '" + strategy + "'. Known are: blue-green, canary, rolling.");
        }
        return text;
    }
}
