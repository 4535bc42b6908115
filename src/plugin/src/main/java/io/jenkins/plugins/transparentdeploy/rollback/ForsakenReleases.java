package io.jenkins.plugins.transparentdeploy.rollback;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.listeners.RunListener;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseEntry;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Gives up what a block held whose build has ended by force, or could not be resumed: nobody is left to judge that, and the
 * block promised to take it back whatever happens.
 */
@Extension
public final class ForsakenReleases extends RunListener<Run<?, ?>> {
    @Override
    public void onCompleted(Run<?, ?> run, @NonNull TaskListener listener) {
        ReleaseAction action = run.getAction(ReleaseAction.class);
        if (action == null) {
            return;
        }
        List<ReleaseEntry> newestFirst = new ArrayList<>(action.held());
        Collections.reverse(newestFirst);
        newestFirst.stream().filter(ReleaseEntry::isUndecided).forEach(release -> giveUp(release, run));
    }

    private static void giveUp(ReleaseEntry release, Run<?, ?> run) {
        ReleaseHistory history = ReleaseHistory.of(release.getService(), release.getEnvironment());
        Asked asked = new Asked(
                ReleasesPage.of(run.getParent().getFullName()),
                "jenkins",
                null,
                Messages.ForsakenReleases_Reason(run.getFullDisplayName()));
        RunRequest request = asked.request("giveUp", history).with("about", release.getId());
        Rollbacks.get().start(new Rollback(history, "previous", false, asked, request));
    }
}
