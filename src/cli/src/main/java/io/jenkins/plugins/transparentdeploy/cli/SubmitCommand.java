package io.jenkins.plugins.transparentdeploy.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.Refusal;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tdeploy submit}: for programs. */
@Command(
        name = "submit",
        hidden = true,
        description = "Reads a request as JSON from standard input, starts its worker, and prints where to watch it.")
final class SubmitCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Request request = read(System.in);
            RunDirectory run = new Launcher(StateDirectory.open(main.stateDirectory())).launch(request);
            out.println(Json.MAPPER.writeValueAsString(
                    Map.of("run", run.id(), "directory", run.path().toString())));
            return 0;
        } catch (RefusedException e) {
            out.println(Json.MAPPER.writeValueAsString(Map.of("error", e.getMessage(), "refusal", Refusal.of(e))));
            return Outcome.REFUSED.exitCode();
        }
    }

    private static Request read(InputStream in) throws java.io.IOException {
        try {
            Request request = Json.MAPPER.readValue(in, Request.class);
            if (request.command() == null || request.actor() == null) {
                throw new RefusedException(
                        "The request names no " + (request.command() == null ? "command" : "actor"), "Add it");
            }
            return request;
        } catch (JsonProcessingException e) {
            throw new RefusedException(
                    "The request is not understood: " + e.getOriginalMessage(),
                    "Use the same version on both sides",
                    e);
        }
    }
}
