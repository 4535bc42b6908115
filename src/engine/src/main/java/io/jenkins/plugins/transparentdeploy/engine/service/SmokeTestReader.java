package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.check.Check;
import io.jenkins.plugins.transparentdeploy.engine.check.LogCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads smoke tests. A check with a placeholder is asked of each instance, one without of the service as a whole. */
final class SmokeTestReader {
    static final Set<String> KEYS = Set.of("checks", "retries", "interval", "timeout");

    private static final Pattern OF_AN_INSTANCE = Pattern.compile("\\{(instance|port|directory|host|address)}");
    private static final Duration ATTEMPT = Duration.ofSeconds(5);

    private SmokeTestReader() {}

    static SmokeTestDefinition read(Section section, List<InstanceDefinition> instances) {
        List<JsonNode> nodes = section.list("checks", node -> node);
        if (nodes.isEmpty()) {
            throw section.bad("checks", "names none", "Add at least one, as in '- http: http://127.0.0.1:8080/health'");
        }
        List<Check> shared = new ArrayList<>();
        Map<String, List<Check>> own = new LinkedHashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            String path = section.at("checks") + "[" + i + "]";
            if (OF_AN_INSTANCE.matcher(nodes.get(i).toString()).find()) {
                for (InstanceDefinition instance : instances) {
                    Check check = check(path, of(path, nodes.get(i), instance));
                    if (check instanceof LogCheck && instance.host().isPresent()) {
                        throw new RefusedException(
                                "'" + path + "' counts the lines of a file on the host '"
                                        + instance.host().get().name()
                                        + "', and logs are read on the machine that deploys",
                                "Ask the host with 'command', as in [sh, -c, '! grep -q ERROR {directory}/logs/app.log']");
                    }
                    own.computeIfAbsent(instance.name(), name -> new ArrayList<>())
                            .add(check);
                }
            } else {
                shared.add(check(path, nodes.get(i)));
            }
        }
        SmokeTestDefinition definition = new SmokeTestDefinition(
                shared,
                own,
                section.whole("retries", 2, 0, 1_000),
                section.duration("interval", Duration.ofSeconds(1)),
                section.duration("timeout", Duration.ofMinutes(1)));
        // Whatever could not be asked is refused now, not when it is needed.
        definition.of(instances.stream().map(InstanceDefinition::name).toList());
        return definition;
    }

    private static Check check(String path, JsonNode node) {
        return CheckReader.check(Section.of(path, node, CheckReader.CHECK_KEYS), ATTEMPT);
    }

    /** The same check of one instance; a name of its author's says which. */
    private static JsonNode of(String path, JsonNode node, InstanceDefinition instance) {
        JsonNode filled = instance.placeholders().replaceIn(path, node);
        boolean named = node.hasNonNull("name");
        if (named && filled.get("name").equals(node.get("name"))) {
            ((ObjectNode) filled).put("name", node.get("name").asText() + " on " + instance.name());
        }
        return filled;
    }
}
