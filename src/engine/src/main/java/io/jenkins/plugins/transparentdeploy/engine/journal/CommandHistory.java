package io.jenkins.plugins.transparentdeploy.engine.journal;

import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.RunCommand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which commands are in effect: {@code S = S0 + O1 + O2 + …} of what commands did. One that was begun is in effect, also
 * when it failed or its process was killed, for it may have done some of its work; it is not any more once another one
 * has taken it back. One that leaves nothing to take back never is.
 */
public final class CommandHistory {
    /** One that began, or that was taken back, with the record that says so. */
    private record Step(long seq, RunCommand command) {}

    /** The release whose description a command is from, and its name there. */
    private record Key(String release, String name) {}

    private final List<Step> steps = new ArrayList<>();
    private final Map<Long, RunCommand> takingBack = new HashMap<>();

    CommandHistory() {}

    synchronized void recorded(JournalRecord entry) {
        if (entry instanceof JournalRecord.Intent intent && intent.operation() instanceof RunCommand command) {
            if (command.undo()) {
                takingBack.put(intent.seq(), command);
            } else if (command.leavesSomething()) {
                steps.add(new Step(intent.seq(), command));
            }
        } else if (entry instanceof JournalRecord.Done done && takingBack.containsKey(done.intent())) {
            steps.add(new Step(done.seq(), takingBack.remove(done.intent())));
        } else if (entry instanceof JournalRecord.Abandoned abandoned) {
            steps.removeIf(step -> step.seq() == abandoned.intent());
            takingBack.remove(abandoned.intent());
        }
    }

    /** What is in effect now, in the order in which it began. */
    public synchronized List<RunCommand> inEffect() {
        return inEffectAt(Long.MAX_VALUE);
    }

    /** What was in effect when the record of that number was the newest, in the order in which it began. */
    public synchronized List<RunCommand> inEffectAt(long seq) {
        Map<Key, RunCommand> commands = new LinkedHashMap<>();
        for (Step step : steps) {
            if (step.seq() > seq) {
                break;
            }
            Key key =
                    new Key(step.command().release().orElse(""), step.command().name());
            if (step.command().undo()) {
                commands.remove(key);
            } else {
                // One that is run again because it had not come to its end keeps its place.
                commands.putIfAbsent(key, step.command());
            }
        }
        return List.copyOf(commands.values());
    }
}
