package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A service file. Keys beside {@code service} and {@code environments} are defaults for every environment; what an
 * environment says is merged over them key by key, and what a step says is merged over that.
 */
public final class ServiceFile {
    /** The name that is looked for where none is given. */
    public static final String DEFAULT_NAME = "transparent-deploy.yaml";

    static final Set<String> KEYS = Stream.concat(Stream.of("service", "environments"), EnvironmentReader.KEYS.stream())
            .collect(Collectors.toUnmodifiableSet());

    /** A number may be meant as a text, such as the version 1.10: it keeps its last zero. */
    private static final ObjectMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .build();

    private final Section root;
    /** That paths beside it are relative to; empty for one that is no file. */
    private final Optional<Path> directory;

    private ServiceFile(Section root, Optional<Path> directory) {
        this.root = root;
        this.directory = directory;
    }

    /**
     * Reads a service file.
     *
     * @throws RefusedException when it is missing, is not YAML or has an unknown key at its top level
     */
    public static ServiceFile read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new RefusedException(
                    "There is no service file " + file, "Name one with --file, or write one with 'tdeploy init'");
        }
        return new ServiceFile(
                parse(file.toString(), text(file)).root,
                Optional.ofNullable(file.toAbsolutePath().normalize().getParent()));
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (AccessDeniedException e) {
            throw new RefusedException(
                    "The service file " + file + " cannot be read by user " + System.getProperty("user.name"),
                    "Give that user read permission",
                    e);
        } catch (CharacterCodingException e) {
            throw new RefusedException(
                    "The service file " + file + " is not written in UTF-8", "Save it in that encoding", e);
        }
    }

    /**
     * Reads the text of a service file.
     *
     * @param origin what to call it in an error
     */
    public static ServiceFile parse(String origin, String yaml) {
        JsonNode node = value(origin, yaml);
        return new ServiceFile(
                Section.of("", node.isMissingNode() ? JsonNodeFactory.instance.objectNode() : node, KEYS),
                Optional.empty());
    }

    /**
     * Reads what may stand for a value in a service file, or for all of it.
     *
     * @param origin what to call it in an error
     * @return missing when there is none
     */
    public static JsonNode value(String origin, String yaml) {
        try {
            refuseWhatWouldBeMisread(origin, yaml);
            return YAML.readTree(yaml);
        } catch (JsonProcessingException e) {
            String where =
                    e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
            throw new RefusedException(
                    origin + " is not YAML" + where + ": "
                            + e.getOriginalMessage().lines().findFirst().orElse(""),
                    "Mend that line; indentation is by spaces",
                    e);
        }
    }

    /** Of several documents only the first would count, and of an alias the name for what it stands for. */
    private static void refuseWhatWouldBeMisread(String origin, String yaml) throws JsonProcessingException {
        try (YAMLParser parser = (YAMLParser) YAML.createParser(yaml)) {
            int depth = 0;
            boolean ended = false;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                String where =
                        origin + " at line " + parser.currentTokenLocation().getLineNr();
                if (ended && !parser.getText().isEmpty()) {
                    throw new RefusedException(
                            where + " begins a second document, which would be ignored",
                            "Write each service into a file of its own, without '---' between them");
                }
                if (parser.isCurrentAlias()) {
                    throw new RefusedException(
                            where + " has the alias '*" + parser.getText() + "', and aliases are not resolved",
                            "Write the value itself; what environments have in common stands beside 'service:'");
                }
                if (token == JsonToken.VALUE_NUMBER_INT
                        && !parser.getText().equals(parser.getBigIntegerValue().toString())) {
                    throw new RefusedException(
                            where + " has " + parser.getText() + ", which YAML takes for the number "
                                    + parser.getBigIntegerValue(),
                            "Put it in quotes if it is a text, or write " + parser.getBigIntegerValue());
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                ended = depth == 0;
            }
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("A text in memory could not be read", e);
        }
    }

    /** A service that is described by a step's parameters alone. */
    public static ServiceFile empty(String service) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("service", service);
        node.putObject("environments");
        return new ServiceFile(Section.of("", node, KEYS), Optional.empty());
    }

    /** The service's name. */
    public String service() {
        return root.name("service", "Begin the file with 'service: name'");
    }

    /** The environments that the file names, in alphabetical order. */
    public Set<String> environments() {
        return new TreeSet<>(environmentSection().entries().keySet());
    }

    /**
     * One environment of the service.
     *
     * @param name the environment
     * @param overrides a mapping of the same form as an environment's, merged over it; may be empty
     * @throws RefusedException when the file has no such environment, or something in it cannot be
     */
    public EnvironmentDefinition environment(String name, JsonNode overrides) {
        ObjectNode merged = merged(name, overrides);
        String path = pathOf(name);
        Misunderstandings.refuse(path, merged);
        EnvironmentDefinition definition = EnvironmentReader.read(service(), name, path, merged);
        Misunderstandings.refuseSteps(path, definition);
        return definition;
    }

    /**
     * The same environment for what brings something back or to its end: what was accepted when it was released, and would not
     * be today, is no reason to stay where one is.
     *
     * @throws RefusedException when the file has no such environment, or something in it cannot be read
     */
    public EnvironmentDefinition environmentAsAccepted(String name, JsonNode overrides) {
        ObjectNode merged = merged(name, overrides);
        return EnvironmentReader.read(service(), name, pathOf(name), merged);
    }

    private static String pathOf(String environment) {
        return "environments." + Section.checkName("environment", environment);
    }

    private ObjectNode merged(String name, JsonNode overrides) {
        Map<String, JsonNode> environments = environmentSection().entries();
        JsonNode own = environments.get(name);
        if (own == null && (overrides.isEmpty() || !environments.isEmpty())) {
            throw new RefusedException(
                    "Service '" + service() + "' has no environment '" + name + "'",
                    environments.isEmpty()
                            ? "Add it to the service file under 'environments:'"
                            : NearestName.cure(name, environments.keySet()));
        }
        ObjectNode merged = JsonNodeFactory.instance.objectNode();
        root.entries().forEach((key, value) -> {
            if (EnvironmentReader.KEYS.contains(key)) {
                merged.set(key, value.deepCopy());
            }
        });
        if (own != null && !own.isNull()) {
            Section.of("environments." + name, own, EnvironmentReader.KEYS);
            Overlay.put(merged, own);
        }
        Section.of("", overrides, EnvironmentReader.KEYS);
        Overlay.put(merged, overrides);
        directory.ifPresent(beside -> AnsibleTargetReader.resolve(merged, beside));
        return merged;
    }

    /**
     * What a release recorded about its environment, with overrides merged over it.
     *
     * @param resolved the definition in the release's record
     * @param overrides a mapping of the form of an environment; may be empty
     * @throws RefusedException when something in it cannot be
     */
    public static EnvironmentDefinition recorded(
            String service, String environment, JsonNode resolved, JsonNode overrides) {
        ObjectNode merged = resolved.deepCopy();
        Section.of("", overrides, EnvironmentReader.KEYS);
        Misunderstandings.refuse("", overrides);
        Overlay.put(merged, overrides);
        return EnvironmentReader.read(service, environment, merged);
    }

    private Section environmentSection() {
        return Section.open(
                "environments",
                root.child("environments")
                        .orElseThrow(() -> new RefusedException(
                                "The service file names no environment",
                                "Add 'environments:' with one mapping for each")));
    }
}
