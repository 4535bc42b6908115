package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.target.ansible.Captured;
import io.jenkins.plugins.transparentdeploy.engine.target.ansible.PlaybookRun;
import java.util.ArrayList;
import java.util.List;

/** The playbooks that were run, and what was captured, until a record takes them. Safe for use by several threads. */
final class PlaybookLog {
    private final List<PlaybookRun> played = new ArrayList<>();
    private final List<Captured> captured = new ArrayList<>();

    synchronized void add(PlaybookRun run) {
        played.add(run);
    }

    /** Of an instance only what was captured last counts: the first release looks at it twice. */
    synchronized void add(Captured state) {
        captured.removeIf(before -> before.instance().equals(state.instance()));
        captured.add(state);
    }

    /** What was played since this was asked last. */
    synchronized List<PlaybookRun> takePlayed() {
        List<PlaybookRun> taken = List.copyOf(played);
        played.clear();
        return taken;
    }

    /** What was captured since this was asked last. */
    synchronized List<Captured> takeCaptured() {
        List<Captured> taken = List.copyOf(captured);
        captured.clear();
        return taken;
    }
}
