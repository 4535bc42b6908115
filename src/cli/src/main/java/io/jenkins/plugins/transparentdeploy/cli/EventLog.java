package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes a run's events, a line each, in one write each: who reads along never sees half a line for long. */
final class EventLog implements ReleaseEvent.Listener, AutoCloseable {
    private final OutputStream out;

    EventLog(RunDirectory run) throws IOException {
        // Not a channel: an interrupt, by which a release may be ended, would close it.
        out = new FileOutputStream(run.events().toFile(), true);
    }

    @Override
    public synchronized void happened(ReleaseEvent event) {
        try {
            out.write((Json.MAPPER.writeValueAsString(event) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // A full disk must not end a rollback: events are for watching, the journal is what counts.
            System.err.println("Event not written: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
