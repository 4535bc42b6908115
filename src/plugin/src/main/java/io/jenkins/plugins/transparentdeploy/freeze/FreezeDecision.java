package io.jenkins.plugins.transparentdeploy.freeze;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.User;
import hudson.util.HttpResponses;
import io.jenkins.plugins.transparentdeploy.agent.Freezes;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.io.IOException;

/**
 * What somebody decides on a page about an environment. Whoever decides must be allowed to: that is for the page to see to.
 *
 * @param frozen whether deployments are kept out from now on
 * @param reason why; may be empty only if they are taken again
 */
public record FreezeDecision(ReleaseHistory history, boolean frozen, @CheckForNull String reason) {
    /**
     * As it was asked for. Nothing stands for what is left out, or misspelt: it would open what somebody meant to close.
     *
     * @param frozen {@code true} or {@code false}; anything else is answered with what it should be
     */
    public static FreezeDecision of(ReleaseHistory history, @CheckForNull String frozen, @CheckForNull String reason) {
        if (!"true".equals(frozen) && !"false".equals(frozen)) {
            throw HttpResponses.errorWithoutStack(400, Messages.FreezeDecision_NotSaid());
        }
        return new FreezeDecision(history, frozen.equals("true"), reason);
    }

    /** Tells the host, and remembers what it says. Idempotent. What it throws is an answer to whoever decided. */
    public void make() throws InterruptedException {
        String why = Util.fixNull(reason).trim();
        if (frozen && why.isEmpty()) {
            throw HttpResponses.errorWithoutStack(400, Messages.FreezeDecision_NoReason());
        }
        User user = User.current();
        try {
            Freezes host = history.freezes()
                    .orElseThrow(() -> new IOException(Messages.FreezeDecision_NoPlace(history.getService())));
            history.decided(host.decide(frozen, user == null ? "anonymous" : user.getId(), why));
        } catch (IOException e) {
            throw HttpResponses.errorWithoutStack(409, e.getMessage());
        }
    }
}
