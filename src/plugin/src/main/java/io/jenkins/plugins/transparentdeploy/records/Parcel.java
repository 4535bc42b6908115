package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.FilePath;
import hudson.Functions;
import hudson.model.Run;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import jenkins.util.VirtualFile;

/**
 * A release on its way to a host that does not have it: its record and that of the release before as this controller knows
 * them, its pack from where the build keeps its artifacts, and the key of that pack.
 */
final class Parcel {
    private static final String PACK = "content.pack";
    private static final String POINT = "rollback-point.json";
    /** Written last: where it is, the rest is whole. */
    private static final String KEY = "key";

    private static final int OWNER_ONLY_DIRECTORY = 0700;
    private static final int OWNER_ONLY = 0600;

    private final ReleaseHistory history;
    private final ReleaseSummary release;
    private final VirtualFile archived;

    private Parcel(ReleaseHistory history, ReleaseSummary release, VirtualFile archived) {
        this.history = history;
        this.release = release;
        this.archived = archived;
    }

    /** @return empty if its content is nowhere, or not for the current user */
    static Optional<Parcel> of(ReleaseHistory history, ReleaseSummary release) throws IOException {
        Optional<Run<?, ?>> build = release.build();
        if (build.isEmpty()
                || Functions.isArtifactsPermissionEnabled() && !build.get().hasPermission(Run.ARTIFACTS)) {
            return Optional.empty();
        }
        VirtualFile archived = build.get().getArtifactManager().root().child("release/" + release.getId());
        return archived.child(PACK).isFile() ? Optional.of(new Parcel(history, release, archived)) : Optional.empty();
    }

    /**
     * Brings it. Idempotent: what is there already, whole, stays as it is.
     *
     * @param directory on the host, for this alone
     * @return where it is, as requests name it
     */
    Map<String, String> bring(FilePath directory) throws IOException, InterruptedException {
        FilePath key = directory.child(KEY);
        if (!key.exists()) {
            directory.mkdirs();
            directory.chmod(OWNER_ONLY_DIRECTORY);
            HistoryEntry entry = history.find(release.getId()).orElseThrow();
            write(entry, directory.child("release.json"));
            Optional<HistoryEntry> parent = history.find(entry.getParentId());
            if (parent.isPresent()) {
                write(content(parent.get()), directory.child("parent.json"));
            }
            copy(PACK, directory);
            if (archived.child(POINT).isFile()) {
                copy(POINT, directory);
            }
            FilePath partial = directory.child(KEY + ".tmp");
            partial.touch(System.currentTimeMillis());
            partial.chmod(OWNER_ONLY);
            try (InputStream content = archived.child(PACK).open()) {
                partial.write(PackKey.get().keyOf(content), StandardCharsets.US_ASCII.name());
            }
            partial.renameTo(key);
        }
        return Map.of("records", directory.getRemote(), "keyFile", key.getRemote());
    }

    /** The release that a rollback brought back, for the rollback has no content of its own. */
    private HistoryEntry content(HistoryEntry entry) {
        return history.find(entry.getRestores()).orElse(entry);
    }

    private static void write(HistoryEntry entry, FilePath file) throws IOException, InterruptedException {
        file.write(new ObjectMapper().writeValueAsString(entry.release()), StandardCharsets.UTF_8.name());
    }

    private void copy(String name, FilePath directory) throws IOException, InterruptedException {
        try (InputStream content = archived.child(name).open()) {
            directory.child(name).copyFrom(content);
        }
    }
}
