package io.jenkins.plugins.transparentdeploy.records;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.listeners.ItemListener;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Which jobs have released what. Read from the histories once, then kept up to date in memory. */
@Extension
public final class ReleasingJobs {
    private static final Logger LOGGER = Logger.getLogger(ReleasingJobs.class.getName());

    private Map<String, Set<Key>> byJob;

    private record Key(String service, String environment) {
        @Override
        public String toString() {
            return service + "/" + environment;
        }
    }

    public static ReleasingJobs get() {
        return ExtensionList.lookupSingleton(ReleasingJobs.class);
    }

    public synchronized boolean hasReleased(Job<?, ?> job) {
        return index().containsKey(job.getFullName());
    }

    /** In the order of their names. */
    public synchronized List<ReleaseHistory> historiesOf(Job<?, ?> job) {
        return index().getOrDefault(job.getFullName(), Set.of()).stream()
                .sorted(Comparator.comparing(Key::service).thenComparing(Key::environment))
                .map(key -> ReleaseHistory.of(key.service(), key.environment()))
                .toList();
    }

    /** Of all jobs below a folder, also of those that are gone by now. */
    public boolean hasReleasedBelow(String folder) {
        return !below(folder).isEmpty();
    }

    private synchronized List<String> below(String folder) {
        return index().keySet().stream()
                .filter(job -> job.startsWith(folder + "/"))
                .toList();
    }

    synchronized void prepare() {
        index();
    }

    synchronized void add(String job, ReleaseHistory history) {
        put(index(), job, history);
    }

    private static void put(Map<String, Set<Key>> index, String job, ReleaseHistory history) {
        index.computeIfAbsent(job, name -> new HashSet<>())
                .add(new Key(history.getService(), history.getEnvironment()));
    }

    private Map<String, Set<Key>> index() {
        if (byJob == null) {
            Map<String, Set<Key>> index = new HashMap<>();
            for (ReleaseHistory history : ReleaseHistory.all()) {
                history.jobNames().forEach(job -> put(index, job, history));
            }
            byJob = index;
        }
        return byJob;
    }

    /** Not synchronized: histories call {@link #add} with a lock of theirs, so they are not called with this one. */
    private void renamed(String oldName, String newName) {
        for (Key key : move(oldName, newName)) {
            try {
                ReleaseHistory.of(key.service(), key.environment()).jobRenamed(oldName, newName);
            } catch (IOException | RuntimeException e) {
                LOGGER.log(
                        Level.WARNING,
                        e,
                        () -> "Releases of " + oldName + " in " + key + " could not be moved to its new name, "
                                + newName
                                + ". See that Jenkins can write to its home, and rename the job back and forth.");
            }
        }
    }

    private synchronized Set<Key> move(String oldName, String newName) {
        Set<Key> keys = index().remove(oldName);
        if (keys == null) {
            return Set.of();
        }
        index().computeIfAbsent(newName, name -> new HashSet<>()).addAll(keys);
        return keys;
    }

    /** A job that is renamed or moved takes its releases along, and so does a folder. */
    @Extension
    public static final class Renames extends ItemListener {
        @Override
        public void onLocationChanged(Item item, String oldFullName, String newFullName) {
            if (item instanceof Job<?, ?>) {
                get().renamed(oldFullName, newFullName);
            } else {
                // Those that are gone by now, too: nobody else tells of them.
                for (String job : get().below(oldFullName)) {
                    get().renamed(job, newFullName + job.substring(oldFullName.length()));
                }
            }
        }
    }
}
