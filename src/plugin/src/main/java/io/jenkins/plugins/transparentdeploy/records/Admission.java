package io.jenkins.plugins.transparentdeploy.records;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Item;
import hudson.model.Job;
import hudson.security.ACL;
import io.jenkins.plugins.transparentdeploy.Owner;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.agent.Agents;
import io.jenkins.plugins.transparentdeploy.configuration.ConfiguredEnvironment;
import io.jenkins.plugins.transparentdeploy.configuration.TransparentDeployConfiguration;
import java.util.Optional;
import java.util.Set;
import jenkins.model.Jenkins;
import org.springframework.security.core.Authentication;

/**
 * Whether a build may act on a service in an environment by naming it. Everybody can write a name into a Jenkinsfile; behind
 * it are a host, the secrets of its checks, and the pages from which somebody rolls back at night. So they are for jobs that
 * are known there: nobody rolls back, or takes to an agent of his own, what others released.
 */
public final class Admission {
    private Admission() {}

    /**
     * Reads what is remembered of the service; not for the CPS thread.
     *
     * @param job of the build
     * @param runsAs whom the build runs as
     * @param nodeAtHand name of the node on which it has a workspace, empty for the built-in one; null if it has none
     * @return why it may not, with the cure; empty if it may
     */
    public static Optional<String> refusal(
            Job<?, ?> job, Authentication runsAs, String service, String environment, @CheckForNull String nodeAtHand) {
        String jobName = job.getFullName();
        Optional<ConfiguredEnvironment> reserved = TransparentDeployConfiguration.get()
                .find(service, environment)
                .filter(ConfiguredEnvironment::isReserved);
        if (reserved.isPresent()) {
            return reserved.get().isFor(jobName)
                    ? Optional.empty()
                    : Optional.of(Messages.Admission_Reserved(
                            service + "/" + environment,
                            jobName,
                            String.join(", ", reserved.get().getJobs())));
        }
        ReleaseHistory history = ReleaseHistory.of(service, environment);
        Optional<Place> place = history.place();
        Set<String> makers = history.jobNames();
        if (place.isEmpty() || makers.isEmpty() || isKnown(jobName, makers)) {
            return Optional.empty();
        }
        String node = place.get().node();
        return node.equals(nodeAtHand) || isGone(node) || mayRollBack(runsAs, makers)
                ? Optional.empty()
                : Optional.of(
                        node.isEmpty()
                                ? Messages.Admission_UnknownOnBuiltIn(service + "/" + environment, jobName)
                                : Messages.Admission_Unknown(service + "/" + environment, jobName, node));
    }

    /**
     * What a log should say before something is released from a node: that the service lives on another one, whose records
     * that node does not know.
     */
    public static Optional<String> warning(String service, String environment, String node) {
        ReleaseHistory history = ReleaseHistory.of(service, environment);
        Optional<Place> elsewhere =
                history.place().filter(place -> !place.node().equals(node) && !isGone(place.node()));
        return elsewhere.isEmpty()
                ? Optional.empty()
                : history.live()
                        .map(live -> Messages.Admission_Elsewhere(
                                service + "/" + environment,
                                Agents.displayName(elsewhere.get().node()),
                                live.getVersion(),
                                Agents.displayName(node)));
    }

    /** It released there before, or a job in the same top-level folder, or multibranch project, did. */
    private static boolean isKnown(String job, Set<String> makers) {
        String family = topLevel(job);
        return makers.contains(job)
                || !family.isEmpty() && makers.stream().map(Admission::topLevel).anyMatch(family::equals);
    }

    /** The folder, or multibranch project, at the root in which the job is; empty for a job at the root itself. */
    static String topLevel(String fullName) {
        return fullName.substring(0, Math.max(0, fullName.indexOf('/')));
    }

    /** An agent that is not configured any more lies about nothing: what lived there moves to another one. */
    private static boolean isGone(String node) {
        return !node.isEmpty() && Jenkins.get().getNode(node) == null;
    }

    private static boolean mayRollBack(Authentication runsAs, Set<String> makers) {
        if (runsAs.equals(ACL.SYSTEM2)) {
            return false; // which may do everything, so it says nothing of who wrote the Jenkinsfile
        }
        return makers.stream()
                .map(Owner::of)
                .anyMatch(owner -> owner.hasPermission2(runsAs, Item.READ)
                        && owner.hasPermission2(runsAs, RollbackPermission.ROLLBACK));
    }
}
