package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One mapping of a service file and where it stands, so that every complaint names its subject in the reader's own
 * words: {@code environments.production.analysis.window}.
 */
final class Section {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private final String path;
    private final JsonNode node;

    private Section(String path, JsonNode node) {
        this.path = path;
        this.node = node;
    }

    /** A mapping whose keys must be among the known ones. */
    static Section of(String path, JsonNode node, Set<String> known) {
        Section section = open(path, node);
        node.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                throw new RefusedException("Unknown key '" + section.at(key) + "'", NearestName.cure(key, known));
            }
        });
        return section;
    }

    /** A mapping whose keys are names that its author chose. */
    static Section open(String path, JsonNode node) {
        if (!node.isObject()) {
            throw new RefusedException(
                    (path.isEmpty() ? "The service file" : "'" + path + "'") + " is not a mapping",
                    "Write it as 'key: value' lines, indented alike");
        }
        return new Section(path, node);
    }

    JsonNode node() {
        return node;
    }

    String path() {
        return path;
    }

    String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    boolean has(String key) {
        return node.hasNonNull(key);
    }

    Optional<JsonNode> child(String key) {
        return has(key) ? Optional.of(node.get(key)) : Optional.empty();
    }

    /** The nested mapping, or an empty one. */
    Section section(String key, Set<String> known) {
        return of(at(key), child(key).orElseGet(JsonNodeFactory.instance::objectNode), known);
    }

    Map<String, JsonNode> entries() {
        Map<String, JsonNode> entries = new LinkedHashMap<>();
        node.fields().forEachRemaining(entry -> entries.put(entry.getKey(), entry.getValue()));
        return entries;
    }

    RefusedException bad(String key, String problem, String cure) {
        return new RefusedException("'" + at(key) + "' " + problem, cure);
    }

    String required(String key, String cure) {
        return text(key).orElseThrow(() -> bad(key, "is missing", cure));
    }

    Optional<String> text(String key) {
        return child(key).map(value -> {
            if (!value.isValueNode() || value.asText().isBlank()) {
                throw bad(key, "is not a text", "Write it as " + key + ": value");
            }
            return value.asText();
        });
    }

    String name(String key, String cure) {
        return checkName(at(key), required(key, cure));
    }

    static String checkName(String path, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new RefusedException(
                    "'" + path + "' is '" + name + "', which cannot be a name",
                    "Use at most 64 letters, digits, '.', '_' and '-', beginning with a letter or digit");
        }
        return name;
    }

    Optional<Duration> duration(String key) {
        return text(key).map(text -> HumanDuration.parse(text)
                .orElseThrow(() -> bad(key, "is '" + text + "', not a duration", HumanDuration.EXAMPLES)));
    }

    Duration duration(String key, Duration otherwise) {
        return duration(key).orElse(otherwise);
    }

    int whole(String key, int otherwise, int least, int most) {
        return child(key)
                .map(value -> {
                    if (!value.isIntegralNumber()
                            || !value.canConvertToInt()
                            || value.asInt() < least
                            || value.asInt() > most) {
                        throw bad(
                                key,
                                "is '" + value.asText() + "'",
                                "Give a whole number from " + least + " to " + most);
                    }
                    return value.asInt();
                })
                .orElse(otherwise);
    }

    boolean flag(String key, boolean otherwise) {
        return child(key)
                .map(value -> {
                    if (!value.isBoolean()) {
                        throw bad(key, "is '" + value.asText() + "'", "Give true or false");
                    }
                    return value.asBoolean();
                })
                .orElse(otherwise);
    }

    /** A share of one: {@code 0.05} or {@code 5%}. */
    Optional<Double> share(String key) {
        return text(key).map(text -> {
            String digits =
                    text.endsWith("%") ? text.substring(0, text.length() - 1).trim() : text;
            double value;
            try {
                value = Double.parseDouble(digits) / (text.endsWith("%") ? 100 : 1);
            } catch (NumberFormatException e) {
                value = Double.NaN;
            }
            if (!(value >= 0 && value <= 1)) {
                throw bad(key, "is '" + text + "', not a share", "Give a percentage such as 5%, or 0 to 1");
            }
            return value;
        });
    }

    OptionalDouble number(String key) {
        JsonNode value = child(key).orElse(null);
        if (value == null) {
            return OptionalDouble.empty();
        }
        if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
            throw bad(key, "is '" + value.asText() + "'", "Give a number");
        }
        return OptionalDouble.of(value.asDouble());
    }

    double positive(String key, double otherwise) {
        return child(key)
                .map(value -> {
                    if (!value.isNumber() || !(value.asDouble() > 0) || Double.isInfinite(value.asDouble())) {
                        throw bad(key, "is '" + value.asText() + "'", "Give a number greater than 0");
                    }
                    return value.asDouble();
                })
                .orElse(otherwise);
    }

    /** The share that a percentile is of: 0.95 of 95. */
    double percentile(String key, double otherwise) {
        double percentile = positive(key, otherwise);
        if (percentile >= 100) {
            throw bad(key, "is '" + node.get(key).asText() + "'", "Write 95 for the 95th percentile; 100 would be all");
        }
        return percentile / 100;
    }

    List<String> texts(String key) {
        return list(key, value -> {
            if (!value.isValueNode()) {
                throw bad(key, "holds something that is not a text", "Write it as " + key + ": [one, two]");
            }
            return notNull(key, value).asText();
        });
    }

    <T> List<T> list(String key, Function<JsonNode, T> element) {
        JsonNode value = child(key).orElse(null);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw bad(key, "is not a list", "Write its elements as '- …' lines or in [ ]");
        }
        List<T> elements = new ArrayList<>();
        for (Iterator<JsonNode> it = value.elements(); it.hasNext(); ) {
            elements.add(element.apply(it.next()));
        }
        return List.copyOf(elements);
    }

    Map<String, String> textMap(String key) {
        Map<String, String> map = scalars(key);
        child(key).ifPresent(value -> value.fields()
                .forEachRemaining(entry -> notNull(key + "." + entry.getKey(), entry.getValue())));
        return map;
    }

    /** As {@link #textMap}, where nothing is a value, too: "null". */
    Map<String, String> scalars(String key) {
        JsonNode value = child(key).orElse(null);
        if (value == null) {
            return Map.of();
        }
        Map<String, String> map = new LinkedHashMap<>();
        open(at(key), value).entries().forEach((name, text) -> {
            if (!text.isValueNode()) {
                throw bad(key + "." + name, "is not a text", "Write it as " + name + ": value");
            }
            map.put(name, text.asText());
        });
        return Map.copyOf(map);
    }

    /** {@code ~} is nobody's home directory here. */
    private JsonNode notNull(String key, JsonNode value) {
        if (value.isNull()) {
            throw bad(key, "holds ~ or null, which is YAML's word for nothing", "Put it in quotes, or remove it");
        }
        return value;
    }

    /** The one key of several that is there; anything else is an error that lists them. */
    String oneOf(Set<String> kinds, String what) {
        List<String> present = kinds.stream().filter(this::has).sorted().toList();
        if (present.size() != 1) {
            throw new RefusedException(
                    "'" + path + "' says " + (present.isEmpty() ? "no " + what : present.size() + " kinds of " + what),
                    "Give exactly one of: "
                            + String.join(", ", kinds.stream().sorted().toList()));
        }
        return present.get(0);
    }
}
