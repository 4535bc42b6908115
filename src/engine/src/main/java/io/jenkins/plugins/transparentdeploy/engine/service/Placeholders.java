package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What differs between instances: <code>{instance}</code>, <code>{port}</code>, <code>{directory}</code>, and on hosts of
 * their own <code>{host}</code> and <code>{address}</code>.
 */
record Placeholders(Map<String, String> values) {
    private static final Pattern PLACEHOLDER = Pattern.compile("(?<!\\$)\\{([A-Za-z]+)}");

    private static final Pattern OF_AN_INSTANCE = Pattern.compile("(?<!\\$)\\{(instance|port|directory|host|address)}");

    Placeholders {
        values = Map.copyOf(values);
    }

    static void ofHost(Map<String, String> values, Optional<HostDefinition> host) {
        host.ifPresent(found -> {
            values.put("host", found.name());
            values.put("address", found.address());
        });
    }

    /** The first of them in a text, of those that an instance has; a regular expression may have others, as in \p{Lu}. */
    static Optional<String> ofAnInstance(String text) {
        Matcher matcher = OF_AN_INSTANCE.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** The same tree with every placeholder in its texts replaced. */
    JsonNode replaceIn(String path, JsonNode node) {
        if (node.isTextual()) {
            return TextNode.valueOf(replaceIn(path, node.asText()));
        }
        if (node.isArray()) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            node.forEach(element -> copy.add(replaceIn(path, element)));
            return copy;
        }
        if (node.isObject()) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            node.fields()
                    .forEachRemaining(field ->
                            copy.set(field.getKey(), replaceIn(path + "." + field.getKey(), field.getValue())));
            return copy;
        }
        return node;
    }

    private String replaceIn(String path, String text) {
        return PLACEHOLDER.matcher(text).replaceAll(match -> {
            String value = values.get(match.group(1));
            if (value == null) {
                throw new RefusedException(
                        "'" + path + "' has the placeholder {" + match.group(1) + "}, which has no value here",
                        NearestName.cure(match.group(1), values.keySet()));
            }
            return Matcher.quoteReplacement(value);
        });
    }
}
