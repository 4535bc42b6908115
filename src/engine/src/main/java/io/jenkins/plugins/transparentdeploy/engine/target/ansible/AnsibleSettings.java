package io.jenkins.plugins.transparentdeploy.engine.target.ansible;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a release's playbook is run; kept with the release. Paths without a slash at their beginning are in the directory that
 * is kept.
 *
 * @param schema version of this record's form
 * @param playbook brings a release
 * @param inventory empty for what Ansible's own configuration says
 * @param rollback takes the release back; empty where the playbook of the one before is run again
 * @param capture a playbook that writes into the directory {@code release_state} what could be come back to
 * @param captureFiles files of the hosts that are written down before a release
 * @param captureFacts commands whose output on each host is, too, by the name of what they find out
 * @param variables for the playbooks; never a secret
 * @param check whether a plan tries the playbook with {@code --check}
 * @param drift whether what the live release's playbook would change is what somebody else changed
 * @param limit the hosts that are meant; empty for all
 * @param user whom to log in as
 * @param privateKeyFile an absolute path on the machine that deploys
 * @param vaultPasswordFile an absolute path on the machine that deploys
 * @param vaultPasswordVariable the variable in the environment file that holds the password
 * @param environment variables for Ansible itself; never a secret
 * @param environmentFile an absolute path on the machine that deploys
 */
public record AnsibleSettings(
        int schema,
        String playbook,
        Optional<String> inventory,
        Optional<String> rollback,
        Optional<String> capture,
        List<String> captureFiles,
        Map<String, List<String>> captureFacts,
        JsonNode variables,
        boolean check,
        boolean drift,
        Optional<String> limit,
        boolean become,
        Optional<String> user,
        Optional<String> privateKeyFile,
        Optional<String> vaultPasswordFile,
        Optional<String> vaultPasswordVariable,
        Duration timeout,
        Map<String, String> environment,
        Optional<String> environmentFile) {
    public AnsibleSettings {
        captureFiles = captureFiles == null ? List.of() : List.copyOf(captureFiles);
        // In an order of their own, so that equal settings are equal content.
        captureFacts = captureFacts == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(captureFacts));
        variables = variables == null ? JsonNodeFactory.instance.objectNode() : variables;
        environment = environment == null ? Map.of() : Map.copyOf(environment);
    }

    /** Whether anything is written down before a release. */
    boolean captures() {
        return capture.isPresent() || !captureFiles.isEmpty() || !captureFacts.isEmpty();
    }
}
