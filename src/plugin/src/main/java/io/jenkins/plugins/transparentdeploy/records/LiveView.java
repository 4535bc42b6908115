package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.transparentdeploy.agent.RunFollower;
import io.jenkins.plugins.transparentdeploy.agent.RunProgress;
import java.io.IOException;
import java.util.List;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;

/** What goes on, in the JSON that {@code live.js} asks for again and again. */
public final class LiveView {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private LiveView() {}

    /** The same of what nobody has yet to decide about. */
    public static HttpResponse of(List<RunFollower> followers) {
        return of(followers, false);
    }

    /**
     * {@code {"awaiting", "runs": [{"service", "environment", "command", "waiting", "percent", "states": [{"text", "at"}], "lines":
     * [], "verbs": []}]}}; no runs: nothing goes on.
     *
     * @param awaiting whether something is still to come for what has been released
     */
    static HttpResponse of(List<RunFollower> followers, boolean awaiting) {
        ObjectNode view = MAPPER.createObjectNode().put("awaiting", awaiting);
        ArrayNode runs = view.putArray("runs");
        for (RunFollower follower : followers) {
            RunProgress.View progress = follower.progress().view();
            ObjectNode run = runs.addObject()
                    .put("service", follower.request().service())
                    .put("environment", follower.request().environment())
                    .put("command", follower.request().command())
                    .put("waiting", follower.isWaitingForAgent())
                    .put("percent", progress.percent());
            ArrayNode states = run.putArray("states");
            progress.states().forEach(step -> states.addObject()
                    .put("text", StateChange.textOf(step.state()))
                    .put("at", step.at()));
            ArrayNode lines = run.putArray("lines");
            progress.lines().forEach(lines::add);
            ArrayNode verbs = run.putArray("verbs");
            follower.verbs().forEach(verbs::add);
        }
        return json(view);
    }

    static HttpResponse json(JsonNode content) {
        return new HttpResponse() {
            @Override
            public void generateResponse(StaplerRequest2 request, StaplerResponse2 response, Object node)
                    throws IOException {
                response.setContentType("application/json;charset=UTF-8");
                response.setHeader("Cache-Control", "no-store");
                response.setHeader("X-Content-Type-Options", "nosniff");
                response.getWriter().write(content.toString());
            }
        };
    }
}
