package io.jenkins.plugins.transparentdeploy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Shows what happens, with the seconds since the beginning and how the requests are doing. */
final class Timeline {
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final Tally tally;
    private final Instant began = Instant.now();
    private final boolean terminal = System.console() != null;

    Timeline(PrintStream out, Tally tally) {
        this.out = out;
        this.tally = tally;
    }

    synchronized void title(String text) {
        line("");
        line("── " + text + " " + "─".repeat(Math.max(0, 76 - text.length())));
    }

    synchronized void line(String text) {
        if (terminal) {
            out.print(CLEAR_LINE);
        }
        out.println(text.isEmpty() ? "" : stamp() + text);
        progress("");
    }

    /** An event of tdeploy. */
    void event(JsonNode event) {
        String message = event.path("message").asText();
        String where = event.has("instance") ? event.get("instance").asText() + ": " : "";
        switch (event.path("type").asText()) {
            case "STATE" -> line("● " + message);
            case "ACT" -> {
                if (event.path("data").path("done").asBoolean()) {
                    line("  " + where + message);
                } else {
                    progress(where + message + " …");
                }
            }
            case "SAMPLE", "PROGRESS" -> progress(where + message);
            case "WARNING" -> line("! " + where + message);
            default -> line("  " + where + message);
        }
    }

    /** The line at the bottom of a terminal; nothing elsewhere. */
    private synchronized void progress(String doing) {
        if (terminal) {
            out.print(CLEAR_LINE + stamp() + requests() + "  " + doing);
            out.flush();
        }
    }

    private String requests() {
        return tally.phases().isEmpty()
                ? ""
                : "%,d requests, %,d failed".formatted(tally.totalSent(), tally.totalFailed());
    }

    private String stamp() {
        return String.format(
                Locale.ROOT, "%6.1f s  ", Duration.between(began, Instant.now()).toMillis() / 1000.0);
    }
}
