package io.jenkins.plugins.transparentdeploy.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.IOException;
import java.util.List;
import jenkins.agents.ControllerToAgentCallable;

/**
 * Freezes an environment or opens it again. Done twice, it is noted twice and means the same.
 *
 * @param verb {@code freeze} or {@code unfreeze}
 */
record FreezeCall(
        String jar,
        @CheckForNull String stateDirectory,
        String verb,
        String service,
        String environment,
        String who,
        String reason,
        Variables variables)
        implements ControllerToAgentCallable<FreezeCall.Reply, IOException> {
    /**
     * @param exitCode 0 if it is done
     * @param answer JSON of the decision that counts now, or what is wrong
     */
    record Reply(int exitCode, String answer) implements java.io.Serializable {}

    @Override
    public Reply call() throws IOException {
        TdeployProcess.Answer answer = TdeployProcess.call(
                jar,
                List.of(
                        "--json",
                        verb,
                        "--state-dir",
                        AgentPaths.stateDirectory(stateDirectory).toString(),
                        "--service=" + service,
                        "--environment=" + environment,
                        "--who=" + who,
                        "--via",
                        "jenkins",
                        "--reason=" + reason),
                "",
                variables);
        return new Reply(
                answer.exitCode(),
                answer.exitCode() == 0 ? answer.json() : answer.output().strip());
    }
}
