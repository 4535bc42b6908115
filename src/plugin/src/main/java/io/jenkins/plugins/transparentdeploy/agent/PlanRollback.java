package io.jenkins.plugins.transparentdeploy.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.remoting.VirtualChannel;
import java.io.IOException;
import java.util.List;
import jenkins.agents.ControllerToAgentCallable;

/** Asks the host what a rollback would do. Touches nothing there. */
public record PlanRollback(
        String jar, @CheckForNull String stateDirectory, String service, String environment, String to, String who)
        implements ControllerToAgentCallable<String, IOException> {
    /**
     * Waits for the host.
     *
     * @param node name of the node; empty for the built-in one
     * @param to {@code previous} or the id of a release
     * @return what {@code tdeploy plan --rollback --json} printed: JSON, or why there is none
     * @throws IOException if the node is not connected, or tdeploy cannot be started there
     */
    public static String ask(
            String node, @CheckForNull String stateDirectory, String service, String environment, String to, String who)
            throws IOException, InterruptedException {
        VirtualChannel channel = Agents.channel(node);
        if (channel == null) {
            throw new IOException(Agents.displayName(node) + " is not connected");
        }
        String jar = TdeployInstallation.ensure(channel, stateDirectory);
        return channel.call(new PlanRollback(jar, stateDirectory, service, environment, to, who));
    }

    @Override
    public String call() throws IOException {
        TdeployProcess.Answer answer = TdeployProcess.call(
                jar,
                List.of(
                        "plan",
                        "--rollback",
                        "--to",
                        to,
                        "--json",
                        "--state-dir",
                        AgentPaths.stateDirectory(stateDirectory).toString(),
                        "--service",
                        service,
                        "--environment",
                        environment,
                        "--who",
                        who),
                "");
        return answer.json().isEmpty() ? answer.output().strip() : answer.json();
    }
}
