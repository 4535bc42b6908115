package io.jenkins.plugins.transparentdeploy.records;

import hudson.Util;
import hudson.model.User;
import hudson.util.HttpResponses;
import io.jenkins.plugins.transparentdeploy.agent.RunFollower;
import java.io.IOException;
import java.util.List;
import org.kohsuke.stapler.HttpResponse;

/**
 * What the buttons beside something that goes on ask of it. Whoever asks must be allowed to: that is for the page to see to.
 *
 * @param live what goes on there
 */
public record Helm(List<RunFollower> live) {
    /**
     * Stops what goes on (it rolls back by itself), or pauses, resumes or promotes it.
     *
     * @param verb one of {@link RunFollower#everyVerb}
     */
    public HttpResponse turn(String service, String environment, String verb, String reason)
            throws IOException, InterruptedException {
        RunFollower follower = live.stream()
                .filter(one -> service.equals(one.request().service())
                        && environment.equals(one.request().environment()))
                .findFirst()
                .orElseThrow(() -> HttpResponses.errorWithoutStack(409, Messages.ReleaseAction_NothingGoesOn()));
        String problem = turn(follower, verb, Util.fixNull(reason));
        return problem.isEmpty() ? HttpResponses.redirectTo(".") : HttpResponses.errorWithoutStack(409, problem);
    }

    private static String turn(RunFollower follower, String verb, String reason)
            throws IOException, InterruptedException {
        User user = User.current();
        String who = user == null ? "anonymous" : user.getId();
        return switch (verb) {
            case "abort" -> {
                follower.requestStop(who, reason.isEmpty() ? Messages.ReleaseAction_StoppedOnPage() : reason);
                yield "";
            }
            case "pause", "resume", "promote" -> follower.steer(verb, who, reason);
            default ->
                throw HttpResponses.errorWithoutStack(
                        400, Messages.Helm_UnknownVerb(verb, String.join(", ", follower.everyVerb())));
        };
    }
}
