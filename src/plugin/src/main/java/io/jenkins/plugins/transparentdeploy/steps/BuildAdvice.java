package io.jenkins.plugins.transparentdeploy.steps;

import io.jenkins.plugins.transparentdeploy.agent.Refusal;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import java.util.Optional;
import jenkins.model.Jenkins;

/** What a build says to do about a refusal, where {@code tdeploy} advises in words of its command line. */
final class BuildAdvice {
    private BuildAdvice() {}

    /** The same with a message for who reads the log of a build. */
    static RunResult in(RunResult result, RunRequest request) {
        Optional<Refusal> refusal = result.refusal();
        Optional<String> advice = refusal.flatMap(why -> of(why, request));
        return advice.isEmpty() ? result : result.saying(refusal.orElseThrow().problem() + ". " + advice.get());
    }

    private static Optional<String> of(Refusal refusal, RunRequest request) {
        return Optional.ofNullable(
                switch (refusal.obstacle()) {
                    case Refusal.FROZEN -> Messages.BuildAdvice_Frozen(page(request));
                    case Refusal.CHANGED_BY_OTHERS -> Messages.BuildAdvice_Changed();
                    case Refusal.POINT_OF_NO_RETURN -> Messages.BuildAdvice_OneWay();
                    case Refusal.HOSTS_OUT_OF_REACH -> Messages.BuildAdvice_HostsOutOfReach();
                    default -> null;
                });
    }

    /** That of the service, on which everybody who may see it sees the freeze, and where it is lifted. */
    private static String page(RunRequest request) {
        String root = Jenkins.get().getRootUrl();
        return (root == null ? "/" : root) + "deployments/history?service=" + request.service() + "&environment="
                + request.environment();
    }
}
