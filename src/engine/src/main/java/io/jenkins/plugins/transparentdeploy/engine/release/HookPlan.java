package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.RunCommand;
import io.jenkins.plugins.transparentdeploy.engine.journal.Reversibility;
import io.jenkins.plugins.transparentdeploy.engine.service.HookPhase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of hooks when a state comes back: those that were not in effect then are taken back, the newest first;
 * those that were, and are not any more, are run again, the oldest first.
 *
 * <p>The files change in between. On the way forward they came after {@code beforeDeploy} and before what follows; so of
 * the newest release only what followed is taken back before them, and everything else after.
 */
public record HookPlan(List<RunCommand> undo, List<RunCommand> redo) {
    /** Nothing has to be done. */
    public static final HookPlan NOTHING = new HookPlan(List.of(), List.of());

    public HookPlan {
        undo = List.copyOf(undo);
        redo = List.copyOf(redo);
    }

    /**
     * From one state to another.
     *
     * @param now what is in effect, in the order in which it began
     * @param then what was in effect
     */
    static HookPlan between(List<RunCommand> now, List<RunCommand> then) {
        List<RunCommand> undo = new ArrayList<>(missing(now, then));
        Collections.reverse(undo);
        return new HookPlan(undo, missing(then, now));
    }

    private static List<RunCommand> missing(List<RunCommand> commands, List<RunCommand> from) {
        return commands.stream()
                .filter(command -> from.stream().noneMatch(other -> same(command, other)))
                .toList();
    }

    private static boolean same(RunCommand one, RunCommand other) {
        return one.name().equals(other.name()) && one.release().equals(other.release());
    }

    /** What would have to be taken back and cannot be. */
    public List<RunCommand> oneWay() {
        return undo.stream()
                .filter(command -> command.reversibility() == Reversibility.ONE_WAY)
                .toList();
    }

    /** What is taken back before the files change. */
    public List<RunCommand> undoneFirst() {
        if (!redo.isEmpty() || undo.isEmpty()) {
            return undo;
        }
        Optional<String> newest = undo.get(0).release();
        return undo.stream()
                .takeWhile(command -> command.release().equals(newest) && followsFiles(command))
                .toList();
    }

    /** What is taken back after the files have changed. */
    public List<RunCommand> undoneLast() {
        return undo.subList(undoneFirst().size(), undo.size());
    }

    /** What is run again before the files change. */
    public List<RunCommand> redoneFirst() {
        int end = redo.size();
        while (end > 0
                && followsFiles(redo.get(end - 1))
                && redo.get(end - 1).release().equals(redo.get(redo.size() - 1).release())) {
            end--;
        }
        return redo.subList(0, end);
    }

    /** What is run again after the files have changed. */
    public List<RunCommand> redoneLast() {
        return redo.subList(redoneFirst().size(), redo.size());
    }

    private static boolean followsFiles(RunCommand command) {
        return HookPhase.ofName(command.name()).orElse(HookPhase.AFTER_DEPLOY) != HookPhase.BEFORE_DEPLOY;
    }
}
