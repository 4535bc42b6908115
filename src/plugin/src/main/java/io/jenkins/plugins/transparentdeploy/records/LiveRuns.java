package io.jenkins.plugins.transparentdeploy.records;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Run;
import io.jenkins.plugins.transparentdeploy.agent.RunFollower;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What goes on at this moment for which build, so that the build's Release page can show it. In memory only. */
@Extension
public final class LiveRuns {
    /** What releases or takes back: a snapshot or a smoke test by itself is over soon and has no page. */
    private static final Set<String> SHOWN = Set.of("deploy", "complete", "giveUp", "rollback", "recover");

    private final Map<RunFollower, String> builds = new ConcurrentHashMap<>();

    public static LiveRuns get() {
        return ExtensionList.lookupSingleton(LiveRuns.class);
    }

    /** Idempotent. */
    public void follow(Run<?, ?> build, RunFollower follower) {
        if (SHOWN.contains(follower.request().command()) && builds.put(follower, build.getExternalizableId()) == null) {
            ReleaseAction.of(build);
        }
    }

    public void forget(RunFollower follower) {
        builds.remove(follower);
    }

    /** Whether a build releases there, or takes back what it released. */
    public boolean isAtWork(String service, String environment) {
        return builds.keySet().stream()
                .map(RunFollower::request)
                .anyMatch(request -> service.equals(request.service()) && environment.equals(request.environment()));
    }

    List<RunFollower> of(Run<?, ?> build) {
        String id = build.getExternalizableId();
        return builds.entrySet().stream()
                .filter(entry -> entry.getValue().equals(id))
                .map(Map.Entry::getKey)
                .toList();
    }
}
