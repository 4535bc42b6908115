package io.jenkins.plugins.transparentdeploy.records;

import hudson.FilePath;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.transparentdeploy.agent.Delivery;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import java.io.IOException;
import java.io.Serial;
import java.util.Optional;

/**
 * A release for a host that takes the place of a lost one: brought from where its build keeps its artifacts, together with
 * the lost host's identity. Somebody has said that the other one is gone for good.
 */
public final class Replacement implements Delivery {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String releaseId;

    /** @param releaseId of the release that is to be live there */
    public Replacement(String releaseId) {
        this.releaseId = releaseId;
    }

    /** Whether there is something to bring: the archives of a deleted job, or branch, are gone with it. */
    public static boolean isPossible(ReleaseHistory history, ReleaseSummary release) {
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
            return Parcel.of(history, release).isPresent();
        } catch (IOException e) {
            return true; // its store may answer by then, and else says why not
        }
    }

    @Override
    public Optional<String> bring(RunRequest request, FilePath directory) throws IOException, InterruptedException {
        ReleaseHistory history = ReleaseHistory.of(String.valueOf(request.service()), request.environment());
        // Who asked may roll back, and does not get to see what is in the archive.
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
            HistoryEntry entry = history.find(releaseId).orElseThrow();
            Optional<Parcel> parcel = Parcel.of(history, entry.summary());
            if (parcel.isEmpty()) {
                return Optional.of(Messages.Replacement_NoContent(releaseId));
            }
            request.with("from", parcel.get().bring(directory))
                    .with("takeOverFrom", entry.release().path("hostId").asText())
                    .with("definition", entry.release().path("resolvedServiceFile"))
                    // Whatever lies there is not what the lost host left; it is snapshotted first.
                    .with("force", true);
            return Optional.empty();
        }
    }
}
