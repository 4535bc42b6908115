package io.jenkins.plugins.transparentdeploy.engine.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.check.LogMarks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Log files that a smoke test asked and that the deployment before it did not know of, because only the step that came later
 * named them. The next deployment notes where they stand, so that from then on the same smoke test knows what is new.
 *
 * @param directory of the environment that was asked
 */
record AskedLogs(EnvironmentDirectory directory) {
    /** Jenkinsfiles change, and nobody says that a file is asked no more: those asked last are kept. */
    private static final int MOST = 50;

    /** Those that were asked last come last. */
    List<Path> files() throws IOException {
        try {
            return Json.MAPPER
                    .readValue(Files.readAllBytes(directory.askedLogs()), new TypeReference<List<String>>() {})
                    .stream()
                    .map(Path::of)
                    .toList();
        } catch (NoSuchFileException | JsonProcessingException e) {
            return List.of();
        }
    }

    /** @param marks of the files that were known */
    void remember(Collection<Path> asked, LogMarks marks) throws IOException {
        List<Path> before = files();
        List<Path> late = asked.stream()
                .filter(file -> before.contains(file) || !marks.know(file))
                .sorted()
                .toList();
        Set<Path> all = new LinkedHashSet<>(before);
        late.forEach(all::remove);
        all.addAll(late);
        List<Path> last = all.stream().skip(Math.max(0, all.size() - MOST)).toList();
        if (!last.equals(before)) {
            ReleaseHistory.writeJson(
                    directory.askedLogs(), last.stream().map(Path::toString).toList());
        }
    }
}
