package io.jenkins.plugins.transparentdeploy.rollback;

import io.jenkins.plugins.transparentdeploy.agent.Refusal;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;

/** What is said of an end on a page. The host advises in words of its command line; here are pages. */
final class PageAdvice {
    private PageAdvice() {}

    static String of(RunResult result) {
        Refusal refusal = result.refusal().orElse(new Refusal("", "", ""));
        return switch (refusal.obstacle()) {
            case Refusal.FROZEN -> Messages.Undertaking_Frozen(refusal.problem());
            case Refusal.CHANGED_BY_OTHERS -> Messages.Undertaking_Changed(refusal.problem());
            case Refusal.POINT_OF_NO_RETURN -> Messages.Undertaking_OneWay(refusal.problem());
            case Refusal.HOSTS_OUT_OF_REACH -> Messages.Undertaking_HostsOutOfReach(refusal.problem());
            default -> result.message();
        };
    }
}
