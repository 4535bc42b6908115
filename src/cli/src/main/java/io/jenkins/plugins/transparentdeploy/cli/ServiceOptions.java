package io.jenkins.plugins.transparentdeploy.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.Actor;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentName;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.ServiceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which service, in which environment, and who asks. */
final class ServiceOptions {
    /** Asked by somebody at a keyboard, who may have mistyped a name. */
    private static final String TYPED = "tdeploy";

    @Spec(Spec.Target.MIXEE)
    CommandSpec command;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The service file. Default: " + ServiceFile.DEFAULT_NAME + " in this directory.")
    Path file;

    @Option(
            names = {"-s", "--service"},
            paramLabel = "NAME",
            description = "The service, where there is no service file."
                    + " Default: the only one that was released from here.")
    String service;

    @Option(
            names = {"-e", "--environment"},
            paramLabel = "NAME",
            description =
                    "The environment. Default: the only one that the service file names, or, without one, that the"
                            + " service was released to from here.")
    String environment;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Overrides one value of the environment: --set strategy=recreate"
                    + " --set target.directory=/srv/shop. The value is read as YAML. Repeatable.")
    Map<String, String> set = new LinkedHashMap<>();

    @Option(names = "--who", paramLabel = "NAME", description = "Who asks, for the records. Default: the user.")
    String who;

    @Option(names = "--via", paramLabel = "NAME", hidden = true)
    String via = TYPED;

    @Option(names = "--url", paramLabel = "URL", description = "Where to read more, such as a build's page.")
    String url;

    Actor actor() {
        return new Actor(who == null ? Worker.defaultActor().who() : who, via, Optional.ofNullable(url));
    }

    JsonNode overrides() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        set.forEach((key, value) -> put(root, key, value));
        return root;
    }

    private static void put(ObjectNode root, String key, String value) {
        ObjectNode node = root;
        String[] parts = key.split("\\.");
        for (int i = 0; i < parts.length - 1; i++) {
            JsonNode child = node.get(parts[i]);
            node = child instanceof ObjectNode object ? object : node.putObject(parts[i]);
        }
        node.set(parts[parts.length - 1], ServiceFile.value("--set " + key, value));
    }

    /** The service file that is named, or the one that lies here. */
    Optional<Path> serviceFile() {
        if (file != null) {
            return Optional.of(file.toAbsolutePath().normalize());
        }
        Path here = Path.of(ServiceFile.DEFAULT_NAME).toAbsolutePath();
        return service == null && Files.exists(here) ? Optional.of(here) : Optional.empty();
    }

    /** The service that is named, by itself or by the service file, or the only one that was released from here. */
    String serviceName() throws IOException {
        if (service != null) {
            return service;
        }
        Optional<Path> path = serviceFile();
        if (path.isPresent()) {
            return ServiceFile.read(path.get()).service();
        }
        KnownEnvironments known = known();
        return known.onlyService().orElseThrow(() -> known.unnamed("No service is named"));
    }

    private KnownEnvironments known() throws IOException {
        Main main = (Main) command.root().userObject();
        return KnownEnvironments.of(StateDirectory.open(main.stateDirectory()));
    }

    /**
     * The records of the service and environment that are meant.
     *
     * @throws RefusedException when neither this host nor the service file knows them: a name was mistyped
     */
    EnvironmentDirectory records(StateDirectory state) throws IOException {
        EnvironmentName name = new EnvironmentName(serviceName(), environmentName());
        KnownEnvironments known = KnownEnvironments.of(state);
        if (via.equals(TYPED) && !known.knows(name) && !isDescribed(name)) {
            throw known.unknown(name);
        }
        return state.environment(name.service(), name.environment());
    }

    private boolean isDescribed(EnvironmentName name) throws IOException {
        Optional<Path> path = serviceFile();
        if (path.isEmpty()) {
            return false;
        }
        ServiceFile described = ServiceFile.read(path.get());
        return described.service().equals(name.service())
                && described.environments().contains(name.environment());
    }

    /** The environment that is named, or the only one there is. */
    String environmentName() throws IOException {
        if (environment != null) {
            return environment;
        }
        Optional<Path> path = serviceFile();
        if (path.isPresent()) {
            Set<String> names = ServiceFile.read(path.get()).environments();
            if (names.size() == 1) {
                return names.iterator().next();
            }
            throw new RefusedException(
                    path.get() + " names several environments",
                    "Choose one with --environment: " + String.join(", ", names));
        }
        KnownEnvironments known = known();
        return known.onlyEnvironmentOf(serviceName()).orElseThrow(() -> known.unnamed("No environment is named"));
    }

    /** @throws RefusedException when nothing says what the service is */
    void requireDescription() {
        if (serviceFile().isEmpty() && service == null) {
            throw new RefusedException(
                    "There is no " + ServiceFile.DEFAULT_NAME + " here and no --service is named",
                    "Write one with 'tdeploy init', or name one with --file");
        }
    }

    /** What the service file and the overrides say. */
    EnvironmentDefinition definition() throws IOException {
        requireDescription();
        Optional<Path> path = serviceFile();
        ServiceFile read = path.isPresent() ? ServiceFile.read(path.get()) : ServiceFile.empty(service);
        return read.environment(environmentName(), overrides());
    }

    /** A request about what is live, which is described by what its release recorded rather than by a service file. */
    RequestBuilder requestForLive(Request.Verb verb) throws IOException {
        if (!set.isEmpty()) {
            throw new RefusedException(
                    "--set changes nothing here: what is live is described by what its release recorded",
                    "Leave it out; 'tdeploy run' and 'tdeploy deploy' take it");
        }
        return new RequestBuilder(
                verb, serviceName(), environmentName(), null, JsonNodeFactory.instance.objectNode(), actor());
    }

    /** A request about it; what concerns other commands is left out. */
    RequestBuilder request(Request.Verb verb) throws IOException {
        if (verb == Request.Verb.run || verb == Request.Verb.deploy) {
            requireDescription();
        }
        return new RequestBuilder(
                verb,
                serviceFile().isPresent() ? service : serviceName(),
                environmentName(),
                serviceFile().map(Path::toString).orElse(null),
                overrides(),
                actor());
    }
}
