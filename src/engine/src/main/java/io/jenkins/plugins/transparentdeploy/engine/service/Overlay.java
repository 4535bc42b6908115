package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an environment, or a step, says over what was said before it. Mappings are merged; anything else, and a mapping that
 * chooses one of several kinds, is replaced. Of a target or a process of another kind stays what the new kind knows, too:
 * a Jenkinsfile cannot say that a key is not there any more.
 */
final class Overlay {
    /** Mappings that say which of several kinds a thing is: an override replaces them whole. */
    private static final Set<String> CHOICES = Set.of("ready", "loadBalancer", "strategy", "scaling", "hosts", "key");

    private static final Map<String, List<Kind>> KINDS = Map.of(
            "target",
            List.of(
                    new Kind(Set.of("directory"), InstanceReader.MANAGED_KEYS),
                    new Kind(Set.of("releases"), InstanceReader.MANAGED_KEYS),
                    new Kind(Set.of("command"), Set.of()),
                    new Kind(Set.of("ansible"), Set.of())),
            "process",
            List.of(
                    new Kind(Set.of("run"), ProcessReader.COMMAND_KEYS),
                    new Kind(Set.of("start", "stop"), ProcessReader.COMMAND_KEYS),
                    new Kind(Set.of("reload"), ProcessReader.COMMAND_KEYS),
                    new Kind(Set.of("systemd"), ProcessReader.SYSTEMD_KEYS)));

    /**
     * One of several ways to be something.
     *
     * @param names the keys that say so
     * @param others the keys that may stand beside them
     */
    private record Kind(Set<String> names, Set<String> others) {
        boolean isNamedIn(JsonNode mapping) {
            return names.stream().anyMatch(mapping::hasNonNull);
        }

        boolean knows(String key) {
            return names.contains(key) || others.contains(key);
        }
    }

    private Overlay() {}

    /** Puts an environment's mapping over another one. */
    static void put(ObjectNode base, JsonNode over) {
        KINDS.forEach((key, kinds) -> {
            if (base.path(key) instanceof ObjectNode before && over.path(key).isObject()) {
                leaveOtherKinds(before, over.get(key), kinds);
            }
        });
        merge(base, over);
    }

    private static void leaveOtherKinds(ObjectNode before, JsonNode after, List<Kind> kinds) {
        List<Kind> named = kinds.stream().filter(kind -> kind.isNamedIn(after)).toList();
        boolean another = kinds.stream().anyMatch(kind -> kind.isNamedIn(before) && !named.contains(kind));
        if (!named.isEmpty() && another) {
            before.properties().removeIf(entry -> named.stream().noneMatch(kind -> kind.knows(entry.getKey())));
        }
    }

    private static void merge(ObjectNode base, JsonNode over) {
        over.fields().forEachRemaining(field -> {
            JsonNode before = base.get(field.getKey());
            JsonNode after = field.getValue();
            if (before != null && before.isObject() && after.isObject() && !CHOICES.contains(field.getKey())) {
                merge((ObjectNode) before, after);
            } else {
                base.set(field.getKey(), after.deepCopy());
            }
        });
    }
}
