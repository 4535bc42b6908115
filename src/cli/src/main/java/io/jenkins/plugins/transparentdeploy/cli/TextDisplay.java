package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.release.IncidentTimeline;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import io.jenkins.plugins.transparentdeploy.engine.service.HumanDuration;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Lines for people; on a terminal, with a progress bar that stays at the bottom. */
final class TextDisplay implements Display {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());
    private static final int BAR = 30;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintWriter out;
    private final boolean terminal;
    private boolean barShown;

    TextDisplay(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public void event(ReleaseEvent event) {
        switch (event.type()) {
            case PROGRESS -> bar(event);
            case SAMPLE -> {
                // A sample a second is for the record; the bar shows that it goes on.
            }
            case ACT -> {
                if (Boolean.TRUE.equals(event.data().get("done"))) {
                    line(event, "  ");
                }
            }
            case STATE -> line(event, "● ");
            case WARNING -> line(event, "! ");
            default -> line(event, "  ");
        }
    }

    private void line(ReleaseEvent event, String mark) {
        clearBar();
        String where = event.instance().map(name -> name + ": ").orElse("");
        out.println(TIME.format(event.at()) + " " + mark + where + event.message());
        out.flush();
    }

    private void bar(ReleaseEvent event) {
        if (!terminal) {
            return;
        }
        long done = number(event, "done");
        long total = Math.max(1, number(event, "total"));
        int filled = (int) Math.min(BAR, BAR * done / total);
        String where = event.instance().map(name -> name + ": ").orElse("");
        out.print(CLEAR_LINE + "         [" + "█".repeat(filled) + "·".repeat(BAR - filled) + "] " + where
                + event.message());
        out.flush();
        barShown = true;
    }

    private static long number(ReleaseEvent event, String key) {
        return event.data().get(key) instanceof Number number ? number.longValue() : 0;
    }

    private void clearBar() {
        if (barShown) {
            out.print(CLEAR_LINE);
            barShown = false;
        }
    }

    @Override
    public void result(RunDirectory run, Result result) {
        clearBar();
        out.println();
        out.println(result.message());
        if (result.release() != null) {
            result.release().incident().ifPresent(this::incident);
        }
        if (result.releaseDirectory() != null) {
            out.println("Records: " + result.releaseDirectory());
        }
        if (result.outcome() == Outcome.ERROR) {
            out.println("The process's own output: " + run.output());
        }
        out.flush();
    }

    private void incident(IncidentTimeline incident) {
        out.println("  onset     " + TIME.format(incident.onset()));
        out.println("  detected  " + TIME.format(incident.detected()));
        out.println("  decided   " + TIME.format(incident.decided()));
        incident.restored().ifPresent(at -> out.println("  restored  " + TIME.format(at)));
        incident.verified().ifPresent(at -> out.println("  verified  " + TIME.format(at)));
        incident.failureTime()
                .ifPresent(failure -> out.println("  failure time " + HumanDuration.format(failure) + ", recovery time "
                        + HumanDuration.format(incident.recoveryTime().orElseThrow())));
    }

    @Override
    public void detached(RunDirectory run) {
        out.println(run.id());
        out.flush();
    }
}
