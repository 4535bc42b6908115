package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import com.fasterxml.jackson.core.type.TypeReference;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers what was read of the releases on a host, each with a signature of what shows without reading: as long as that is
 * the same, nothing is read again. It is kept here and not on the host, so that whoever may write there cannot have
 * something else believed. A cache: not synced, checked by a digest, taken for empty when torn.
 */
final class HostIndex {
    /** So many are remembered; of more, the longest ago is forgotten. */
    private static final int MOST = 50;

    private final SnapshotStore store;
    private final String place;
    private Map<String, Read> releases;

    /**
     * A release that was read.
     *
     * @param signature of what showed of it
     * @param digest of what it held
     * @param tools in whose way the digest was computed
     */
    private record Read(String signature, String digest, String tools) {}

    /** @param place the host and the directory */
    HostIndex(SnapshotStore store, String place) {
        this.store = store;
        this.place = place;
    }

    /** The signatures, for a script: each with a blank, the name of its release, and a slash. */
    synchronized String signatures() {
        StringBuilder text = new StringBuilder();
        releases()
                .forEach((name, read) ->
                        text.append(read.signature()).append(' ').append(name).append('/'));
        return text.toString();
    }

    /** The digest of a release: that which was said of it, else the one that is remembered, if it looks the same. */
    synchronized Optional<String> digest(String name, TreeEvidence evidence, Dialect dialect) {
        Read read = releases().get(name);
        return evidence.digest().isPresent() || read == null || !read.tools().equals(tools(dialect))
                ? evidence.digest()
                : evidence.signature().filter(read.signature()::equals).map(same -> read.digest());
    }

    /** Remembers a release that was read, if later changes of it would show; else forgets it. */
    synchronized void learn(String name, TreeEvidence evidence, Dialect dialect, boolean settled) {
        if (evidence.digest().isEmpty()) {
            return;
        }
        Read before = releases().remove(name);
        if (evidence.tellsLaterChanges(settled)) {
            releases.put(
                    name,
                    new Read(
                            evidence.signature().orElseThrow(),
                            evidence.digest().get(),
                            tools(dialect)));
            while (releases.size() > MOST) {
                releases.remove(releases.keySet().iterator().next());
            }
        } else if (before == null) {
            return;
        }
        save();
    }

    private static String tools(Dialect dialect) {
        return dialect.time() + dialect.zeroOption();
    }

    private Path file() {
        return store.indexOf(place);
    }

    private Map<String, Read> releases() {
        if (releases == null) {
            releases = load().orElseGet(LinkedHashMap::new);
        }
        return releases;
    }

    private Optional<Map<String, Read>> load() {
        try {
            String text = Files.readString(file());
            int end = text.indexOf('\n');
            String content = text.substring(end + 1);
            return end > 0 && text.substring(0, end).equals(seal(content))
                    ? Optional.of(Json.MAPPER.readValue(content, new TypeReference<LinkedHashMap<String, Read>>() {}))
                    : Optional.empty();
        } catch (IOException e) {
            // There is none, or it is torn.
            return Optional.empty();
        }
    }

    private void save() {
        try {
            String content = Json.MAPPER.writeValueAsString(releases);
            Path written = store.newStagingPath();
            Files.writeString(written, seal(content) + '\n' + content);
            Files.move(written, file(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Then all is read again.
            return;
        }
    }

    /** Of this place: an index that was copied from elsewhere is torn. */
    private String seal(String content) {
        return Sha256.of((place + '\0' + content).getBytes(StandardCharsets.UTF_8));
    }
}
