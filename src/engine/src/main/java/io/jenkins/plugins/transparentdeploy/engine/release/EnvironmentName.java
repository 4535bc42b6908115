package io.jenkins.plugins.transparentdeploy.engine.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.ServiceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A service in an environment of which a state directory has records. */
public record EnvironmentName(String service, String environment) {
    /** All of a state directory, in their order. */
    public static List<EnvironmentName> allIn(StateDirectory state) throws IOException {
        List<EnvironmentName> names = new ArrayList<>();
        for (Path service : directoriesIn(state.services())) {
            for (Path environment : directoriesIn(service)) {
                names.add(new EnvironmentName(
                        service.getFileName().toString(),
                        environment.getFileName().toString()));
            }
        }
        return names;
    }

    /** @throws io.jenkins.plugins.transparentdeploy.engine.RefusedException when it cannot be read any more */
    EnvironmentDefinition read(JsonNode resolved) {
        return ServiceFile.recorded(service, environment, resolved, JsonNodeFactory.instance.objectNode());
    }

    ReleaseHistory history(StateDirectory state) {
        return new ReleaseHistory(state.environment(service, environment));
    }

    private static List<Path> directoriesIn(Path parent) throws IOException {
        try (Stream<Path> children = Files.list(parent)) {
            return children.filter(Files::isDirectory).sorted().toList();
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }

    @Override
    public String toString() {
        return service + "/" + environment;
    }
}
