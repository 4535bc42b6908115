package io.jenkins.plugins.transparentdeploy.rollback;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.util.HttpResponses;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.records.Actor;
import io.jenkins.plugins.transparentdeploy.records.PackKey;
import io.jenkins.plugins.transparentdeploy.records.Place;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;

/**
 * Who asked for it, and why.
 *
 * @param page where it was asked for
 * @param user id, or null if nobody was logged in
 * @param address that the request came from: the user's, or a proxy's; null if it came from Jenkins itself
 * @param reason null if none was given
 */
record Asked(ReleasesPage page, @CheckForNull String user, @CheckForNull String address, @CheckForNull String reason) {
    /** A request to the host where a service lives, as far as it is the same whatever is asked for. */
    RunRequest request(String command, ReleaseHistory history) {
        Place place = history.place()
                .orElseThrow(() -> HttpResponses.errorWithoutStack(
                        409, Messages.Undertaking_PlaceUnknown(history.getService(), command)));
        return new RunRequest(command, place.node(), place.stateDirectory())
                .reachingHostsWith(place.hostKey())
                .with("service", history.getService())
                .with("environment", history.getEnvironment())
                .with("actor", Actor.of(user, page.getUrl()))
                .with("reason", reason)
                .with("packRecipient", PackKey.get().recipient())
                .with("packKeyId", PackKey.get().id());
    }
}
