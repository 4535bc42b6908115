package io.jenkins.plugins.transparentdeploy.rollback;

import hudson.Util;
import io.jenkins.plugins.transparentdeploy.ReleasePermissions;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.records.Promotion;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import java.util.List;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;

/**
 * What a promotion would do, as far as the controller knows; shown before it is asked for. The release goes to an environment
 * of the same service that was released to before: how it is run there is what that environment's live release says.
 */
public final class PromotionPreview {
    private final ReleasesPage page;
    private final ReleaseHistory from;
    private final ReleaseSummary release;

    /** @param id of a good release of that history */
    PromotionPreview(ReleasesPage page, ReleaseHistory from, String id) {
        this.page = page;
        this.from = from;
        this.release = from.summary(Util.fixEmpty(id))
                .filter(ReleaseSummary::isGood)
                .orElseThrow(() -> new IllegalArgumentException(Messages.PromotionPreview_NotGood(Util.fixNull(id))));
    }

    /** The other environments of its service that the current user may promote to, in the order of their names. */
    static List<ReleaseHistory> targetsOf(ReleaseHistory from) {
        DeploymentsAction everything = new DeploymentsAction();
        return ReleaseHistory.all().stream()
                .filter(history -> history.getService().equals(from.getService())
                        && !history.getEnvironment().equals(from.getEnvironment()))
                .filter(everything::isVisible)
                .filter(history -> everything.has(ReleasePermissions.PROMOTE, history))
                .toList();
    }

    /** @throws IllegalArgumentException if it cannot go there */
    PromotionRun to(String environment, Asked asked) {
        List<ReleaseHistory> targets = getTargets();
        ReleaseHistory to = targets.stream()
                .filter(history -> history.getEnvironment().equals(environment))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(Messages.PromotionPreview_NoTarget(
                        environment,
                        targets.stream().map(ReleaseHistory::getEnvironment).collect(Collectors.joining(", ")))));
        RunRequest request =
                asked.request("run", to).bringing(new Promotion(release.getId(), Jenkins.getAuthentication2()));
        return new PromotionRun(to, from.getEnvironment(), release.getId(), asked, request);
    }

    public ReleasesPage getPage() {
        return page;
    }

    public ReleaseHistory getFrom() {
        return from;
    }

    public ReleaseSummary getRelease() {
        return release;
    }

    public List<ReleaseHistory> getTargets() {
        return targetsOf(from);
    }
}
