package io.jenkins.plugins.transparentdeploy.engine.release;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.storage.SealedJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads every record of an environment's releases and rollback points. */
public final class RecordScrub {
    private static final int A_RELEASE_AND_ITS_FILES = 2;

    private RecordScrub() {}

    /** What is damaged, each with what to do; empty if nothing is. */
    public static List<String> damaged(EnvironmentDirectory environment) throws IOException {
        List<String> damaged = new ArrayList<>();
        for (Path directory : List.of(environment.releases(), environment.rollbackPoints())) {
            for (Path record : recordsBelow(directory)) {
                try {
                    SealedJson.read(record, JsonNode.class);
                } catch (CorruptStateException e) {
                    damaged.add(e.getMessage());
                }
            }
        }
        return damaged;
    }

    private static List<Path> recordsBelow(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory, A_RELEASE_AND_ITS_FILES)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }
}
