package io.jenkins.plugins.transparentdeploy.records;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.model.listeners.ItemListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The indexes of all histories of this Jenkins, each read once. Reading begins in the background when Jenkins has
 * started, so that neither the start nor the first page waits for it.
 */
@Extension
public final class Histories {
    private final Map<Path, HistoryIndex> byDirectory = new HashMap<>();

    static Histories get() {
        return ExtensionList.lookupSingleton(Histories.class);
    }

    HistoryIndex index(Path directory) {
        synchronized (byDirectory) {
            @CheckForNull HistoryIndex known = byDirectory.get(directory);
            if (known != null) {
                return known;
            }
            try {
                HistoryIndex read = HistoryIndex.load(directory);
                byDirectory.put(directory, read);
                return read;
            } catch (IOException e) {
                throw new UncheckedIOException("The releases in " + directory + " cannot be read", e);
            }
        }
    }

    /** What is there is read again when somebody asks for it. */
    void drop(Path directory) {
        synchronized (byDirectory) {
            byDirectory.remove(directory);
        }
    }

    /** Reads ahead. */
    @Extension
    public static final class Preparation extends ItemListener {
        @Override
        public void onLoaded() {
            Computer.threadPoolForRemoting.execute(() -> ReleasingJobs.get().prepare());
        }
    }
}
