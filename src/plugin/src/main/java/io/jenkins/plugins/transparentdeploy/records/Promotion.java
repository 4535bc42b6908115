package io.jenkins.plugins.transparentdeploy.records;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.FilePath;
import hudson.model.Item;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.transparentdeploy.Owner;
import io.jenkins.plugins.transparentdeploy.agent.Delivery;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import java.io.IOException;
import java.io.Serial;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.springframework.security.core.Authentication;

/**
 * The very content of a release that has proven itself in another environment, for a request that releases it anew. If
 * both live in one state directory, the host has it; otherwise it is brought: its record as this controller knows it, its
 * pack from where the build keeps its artifacts, and the key of that pack.
 */
public final class Promotion implements Delivery {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String releaseId;

    /** Null for Jenkins itself. */
    @CheckForNull
    private final String userId;

    /** Full name of the job whose build asks; null if somebody asked for it on a page. */
    @CheckForNull
    private final String jobName;

    /**
     * Asked for on a page.
     *
     * @param releaseId of the release, in whatever environment it was made
     * @param asker has to be allowed to see what made it
     */
    public Promotion(String releaseId, Authentication asker) {
        this(releaseId, asker, null);
    }

    /**
     * Asked for by a build.
     *
     * @param releaseId of the release, in whatever environment it was made
     * @param asker whom the build runs as: has to be allowed to see what made it. For Jenkins itself, which may see
     *     everything, the job decides: it gets what was made below the same top-level folder
     * @param jobName full name of the job whose build asks; with null, nothing is there for Jenkins itself
     */
    public Promotion(String releaseId, Authentication asker, @CheckForNull String jobName) {
        this.releaseId = releaseId;
        this.userId = asker.equals(ACL.SYSTEM2) ? null : asker.getName();
        this.jobName = jobName;
    }

    @Override
    public Optional<String> bring(RunRequest request, FilePath directory) throws IOException, InterruptedException {
        try (ACLContext asker = ACL.as2(asker())) {
            Optional<ReleaseHistory> history = history(request.service());
            if (history.isEmpty()) {
                return Optional.of(Messages.Promotion_Unknown(releaseId, request.service())
                        + (userId == null ? " " + Messages.Promotion_AsJenkins() : ""));
            }
            ReleaseHistory from = history.get();
            String name = from.getService() + "/" + from.getEnvironment();
            ReleaseSummary release = from.summary(releaseId).orElseThrow();
            if (!release.isGood()) {
                return Optional.of(
                        release.isKnownBad()
                                ? Messages.Promotion_Bad(releaseId, name)
                                : Messages.Promotion_NotGood(releaseId, name, release.getState()));
            }
            if (from.place().filter(place -> isOn(place, request)).isPresent()) {
                request.with("from", Map.of("environment", from.getEnvironment(), "release", releaseId));
                return Optional.empty();
            }
            return bring(from, release, request, directory);
        }
    }

    private static boolean isOn(Place place, RunRequest request) {
        return place.node().equals(request.node()) && Objects.equals(place.stateDirectory(), request.stateDirectory());
    }

    private Optional<String> bring(ReleaseHistory from, ReleaseSummary release, RunRequest request, FilePath directory)
            throws IOException, InterruptedException {
        Optional<Parcel> parcel = Parcel.of(from, release);
        if (parcel.isEmpty()) {
            return Optional.of(
                    Messages.Promotion_NoContent(releaseId, from.getService() + "/" + from.getEnvironment()));
        }
        request.with("from", parcel.get().bring(directory));
        return Optional.empty();
    }

    /** As if there were none, for those who may not see the job that made it; and without a service there is none. */
    private Optional<ReleaseHistory> history(@CheckForNull String service) {
        return ReleaseHistory.all().stream()
                .filter(history -> history.getService().equals(service))
                .filter(history ->
                        history.summary(releaseId).filter(this::mayRead).isPresent())
                .findFirst();
    }

    private boolean mayRead(ReleaseSummary release) {
        if (userId == null) {
            return isNear(release.getJobName());
        }
        String job = release.getJobName();
        return job == null
                ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                : Owner.of(job).hasPermission(Item.READ);
    }

    /** A pipeline that runs as Jenkins itself must not get, with a key, what its authors could not see. */
    private boolean isNear(@CheckForNull String maker) {
        return jobName != null && maker != null && Admission.topLevel(jobName).equals(Admission.topLevel(maker));
    }

    private Authentication asker() {
        if (userId == null) {
            return ACL.SYSTEM2;
        }
        User user = User.getById(userId, false);
        return user == null ? Jenkins.ANONYMOUS2 : user.impersonate2();
    }
}
