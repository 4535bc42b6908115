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
    private Replay() {}

    /**
     * The state that these operations lead to. Those that are not of files change nothing here.
     *
     * @throws IllegalArgumentException if an operation does not fit the state before it: it creates what is there, or
     *     changes or deletes what is not
     */
    public static Manifest apply(Manifest s0, List<? extends Operation> operations) {
        Map<String, ManifestEntry> state = new HashMap<>();
        s0.entries().forEach(entry -> state.put(entry.path(), entry));
        for (Operation operation : operations) {
            if (operation instanceof FileOperation file) {
                apply(state, file);
            }
        }
        return Manifest.of(state.values());
    }

    private static void apply(Map<String, ManifestEntry> state, FileOperation operation) {
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

    private static String verb(FileOperation operation) {
        return operation instanceof DeleteEntry ? "deleted" : operation instanceof UpdateEntry ? "updated" : "created";
    }
}
