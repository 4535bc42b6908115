package io.jenkins.plugins.transparentdeploy.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.transparentdeploy.configuration.TransparentDeployConfiguration;
import java.io.Serial;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Secrets on their way to {@code tdeploy}: in its environment, never in a request or among its arguments. What is logged
 * of it, for the channel logs its calls, is only which there are.
 */
final class Variables implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final TreeMap<String, String> secrets = new TreeMap<>();

    private Variables() {}

    static Variables none() {
        return new Variables();
    }

    /**
     * @param problems gets a sentence for each that was configured and is not there
     * @param warnings gets one for each receiver of notifications that cannot be told
     */
    static Variables of(
            @CheckForNull String service, String environment, Consumer<String> problems, Consumer<String> warnings) {
        Variables variables = new Variables();
        variables.secrets.putAll(TransparentDeployConfiguration.get().notifications(warnings));
        TransparentDeployConfiguration.get()
                .find(service, environment)
                .ifPresent(configured -> variables.secrets.putAll(configured.secrets(problems)));
        return variables;
    }

    void put(String name, String secret) {
        secrets.put(name, secret);
    }

    void putInto(Map<String, String> environment) {
        environment.putAll(secrets);
    }

    @Override
    public String toString() {
        return secrets.keySet().toString();
    }
}
