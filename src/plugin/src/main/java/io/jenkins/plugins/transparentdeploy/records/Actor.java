package io.jenkins.plugins.transparentdeploy.records;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Cause;
import hudson.model.Run;
import java.util.LinkedHashMap;
import java.util.Map;
import jenkins.model.Jenkins;

/** Who asks for something, in the form of a request to tdeploy. */
public final class Actor {
    private Actor() {}

    /** The user who started the build, or Jenkins itself. */
    public static Map<String, String> of(Run<?, ?> run) {
        Cause.UserIdCause cause = run.getCause(Cause.UserIdCause.class);
        return of(cause == null ? null : cause.getUserId(), run.getUrl());
    }

    /**
     * @param user id of a user, or null for Jenkins itself
     * @param url below Jenkins's root
     */
    public static Map<String, String> of(@CheckForNull String user, String url) {
        Map<String, String> actor = new LinkedHashMap<>();
        actor.put("who", user == null ? "jenkins" : user);
        actor.put("via", "jenkins");
        String root = Jenkins.get().getRootUrl();
        if (root != null) {
            actor.put("url", root + url);
        }
        return actor;
    }
}
