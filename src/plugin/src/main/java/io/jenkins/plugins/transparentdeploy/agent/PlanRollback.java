package io.jenkins.plugins.transparentdeploy.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.remoting.VirtualChannel;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.agents.ControllerToAgentCallable;

/** Asks the host what a rollback would do. Touches nothing there. */
public record PlanRollback(
        String jar,
        @CheckForNull String stateDirectory,
        String service,
        String environment,
        String to,
        String who,
        Variables variables)
        implements ControllerToAgentCallable<String, IOException> {
    private static final Logger LOGGER = Logger.getLogger(PlanRollback.class.getName());

    /**
     * Waits for the host.
     *
     * @param node name of the node; empty for the built-in one
     * @param key what hosts are reached with; null if no Jenkinsfile named one
     * @param to {@code previous} or the id of a release
     * @return what {@code tdeploy plan --rollback --json} printed: JSON, or why there is none
     * @throws IOException if the node is not connected, or tdeploy cannot be started there
     */
    public static String ask(
            String node,
            @CheckForNull String stateDirectory,
            @CheckForNull HostKey key,
            String service,
            String environment,
            String to,
            String who)
            throws IOException, InterruptedException {
        VirtualChannel channel = Agents.channel(node);
        if (channel == null) {
            throw new IOException(Messages.PlanRollback_NotConnected(Agents.displayName(node)));
        }
        String jar = TdeployInstallation.ensure(channel, stateDirectory);
        Consumer<String> problems = problem -> LOGGER.log(Level.FINE, problem);
        Variables variables = Variables.of(service, environment, problems, problems);
        if (key != null) {
            key.giveTo(variables, problems);
        }
        return channel.call(new PlanRollback(jar, stateDirectory, service, environment, to, who, variables));
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
                "",
                variables);
        return answer.json().isEmpty() ? answer.output().strip() : answer.json();
    }
}
