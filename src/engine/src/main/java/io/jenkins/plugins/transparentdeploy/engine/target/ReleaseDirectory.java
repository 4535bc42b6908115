package io.jenkins.plugins.transparentdeploy.engine.target;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Seal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One directory below {@code releases/}, with what was written about it in a hidden file beside it. A directory that
 * another tool made has no such file.
 *
 * @param path the directory
 */
public record ReleaseDirectory(Path path) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    static final String PARTIAL = ".partial";

    /** @throws RefusedException if a release of this id cannot have a directory of that name */
    public static void requireName(String releaseId) {
        if (!NAME.matcher(releaseId).matches() || releaseId.endsWith(PARTIAL)) {
            throw new RefusedException(
                    "The release id '" + releaseId + "' cannot be the name of a directory",
                    "Use letters, digits, '.', '_' and '-', at most 100, not ending with " + PARTIAL);
        }
    }

    String name() {
        return path.getFileName().toString();
    }

    /** Where it is filled, and where it is when it is being removed. */
    Path partial() {
        return path.resolveSibling(name() + PARTIAL);
    }

    /** What it was filled with; empty if nobody wrote that, or it is damaged: whoever wants to know then reads all of it. */
    Optional<ReleaseLabel> label() throws IOException {
        try {
            String text = new String(Files.readAllBytes(labelFile()), StandardCharsets.UTF_8);
            return Seal.isBroken(text)
                    ? Optional.empty()
                    : Optional.of(Json.MAPPER.readValue(text, ReleaseLabel.class));
        } catch (NoSuchFileException | JsonProcessingException notOurs) {
            return Optional.empty();
        }
    }

    void label(Manifest manifest) throws IOException {
        DurableFiles.write(labelFile(), Seal.on(Json.MAPPER.writeValueAsString(ReleaseLabel.of(manifest))));
    }

    /** When it was filled. */
    FileTime age() throws IOException {
        return Files.getLastModifiedTime(Files.exists(labelFile()) ? labelFile() : path);
    }

    /** Takes it out of sight with one rename, then deletes it; what a crash leaves is a partial. */
    void remove() throws IOException {
        DurableFiles.deleteTree(partial());
        DurableFiles.moveInto(path, partial());
        Files.deleteIfExists(labelFile());
        DurableFiles.deleteTree(partial());
    }

    private Path labelFile() {
        return path.resolveSibling("." + name() + ".json");
    }
}
