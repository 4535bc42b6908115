package io.jenkins.plugins.transparentdeploy.engine.journal;

import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.CreateEntry;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.DeleteEntry;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.FileOperation;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.UpdateEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code S_k = S_0 + O_1 + … + O_k} without a disk. */
public final class Replay {
    private final Map<String, ManifestEntry> state = new HashMap<>();

    /** Begins with a state to which operations are added. */
    public Replay(Manifest s0) {
        s0.entries().forEach(entry -> state.put(entry.path(), entry));
    }

    /**
     * The state that these operations lead to. Those that are not of files change nothing here.
     *
     * @throws IllegalArgumentException if an operation does not fit the state before it: it creates what is there, or
     *     changes or deletes what is not
     */
    public static Manifest apply(Manifest s0, List<? extends Operation> operations) {
        Replay replay = new Replay(s0);
        for (Operation operation : operations) {
            if (operation instanceof FileOperation file) {
                replay.add(file);
            }
        }
        return replay.sum();
    }

    /**
     * Adds one more.
     *
     * @throws IllegalArgumentException if it does not fit the state before it: it creates what is there, or changes or
     *     deletes what is not
     */
    public void add(FileOperation operation) {
        ManifestEntry found;
        if (operation instanceof CreateEntry create) {
            found = state.put(create.path(), create.after());
        } else if (operation instanceof UpdateEntry update) {
            found = state.replace(update.path(), update.after());
        } else {
            found = state.remove(operation.path());
        }
        boolean foundSomething = found != null;
        if (foundSomething != operation.entryBefore().isPresent()) {
            throw new IllegalArgumentException("The path '" + operation.path() + "' "
                    + (foundSomething ? "is already there" : "is not there") + " when it is to be "
                    + verb(operation));
        }
    }

    /**
     * The state after all that was added.
     *
     * @throws IllegalArgumentException if it is no tree: something in it is not in a directory
     */
    public Manifest sum() {
        return Manifest.of(state.values());
    }

    private static String verb(FileOperation operation) {
        return operation instanceof DeleteEntry ? "deleted" : operation instanceof UpdateEntry ? "updated" : "created";
    }
}
