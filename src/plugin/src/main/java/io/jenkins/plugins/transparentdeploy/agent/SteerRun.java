package io.jenkins.plugins.transparentdeploy.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.IOException;
import java.util.List;
import jenkins.agents.ControllerToAgentCallable;

/**
 * Asks the release that is running for a service and environment for something. Idempotent.
 *
 * @param verb {@code abort}: give up and roll back by itself; {@code pause}, {@code resume}, {@code promote}: wait at the end
 *     of the present step, go on, skip the rest of the wait
 */
record SteerRun(
        String jar,
        @CheckForNull String stateDirectory,
        String verb,
        String service,
        String environment,
        String who,
        String reason)
        implements ControllerToAgentCallable<String, IOException> {
    @Override
    public String call() throws IOException {
        TdeployProcess.Answer answer = TdeployProcess.call(
                jar,
                List.of(
                        verb,
                        "--state-dir",
                        AgentPaths.stateDirectory(stateDirectory).toString(),
                        "--service=" + service,
                        "--environment=" + environment,
                        "--who=" + who,
                        "--reason=" + reason),
                "");
        return answer.exitCode() == 0 ? "" : answer.output().strip();
    }
}
