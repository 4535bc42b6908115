package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;

/** Shows a run to whoever watches: a person at a terminal, a log, or a program. */
sealed interface Display permits JsonDisplay, TextDisplay {
    static Display on(PrintWriter out, boolean json) {
        return json ? new JsonDisplay(out) : new TextDisplay(out, System.console() != null);
    }

    void event(ReleaseEvent event) throws IOException;

    void result(RunDirectory run, Result result) throws IOException;

    void detached(RunDirectory run) throws IOException;
}

/** A line for each event, and one for the result. */
record JsonDisplay(PrintWriter out) implements Display {
    @Override
    public void event(ReleaseEvent event) throws IOException {
        out.println(Json.MAPPER.writeValueAsString(event));
        out.flush();
    }

    @Override
    public void result(RunDirectory run, Result result) throws IOException {
        out.println(Json.MAPPER.writeValueAsString(result));
        out.flush();
    }

    @Override
    public void detached(RunDirectory run) throws IOException {
        out.println(Json.MAPPER.writeValueAsString(
                Map.of("run", run.id(), "directory", run.path().toString())));
        out.flush();
    }
}
