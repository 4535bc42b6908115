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

    private record Key(String service, String environment) {}

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

    synchronized void remove(ReleaseHistory history) {
        Key gone = new Key(history.getService(), history.getEnvironment());
        index().values().forEach(keys -> keys.remove(gone));
        index().values().removeIf(Set::isEmpty);
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

    /** @param oldName of a job, or of a folder of jobs, also of those that are gone by now: nobody else tells of them */
    private synchronized void renamed(String oldName, String newName) {
        List<String> moved = index().keySet().stream()
                .filter(job -> job.equals(oldName) || job.startsWith(oldName + "/"))
                .toList();
        if (moved.isEmpty()) {
            return;
        }
        try {
            JobRenames.get().add(oldName, newName);
        } catch (IOException e) {
            LOGGER.log(
                    Level.WARNING,
                    e,
                    () -> "It could not be kept that " + oldName + " is called " + newName
                            + " now: after a restart of Jenkins its releases stand under its old name. See that Jenkins"
                            + " can write to its home, and rename it back and forth.");
        }
        for (String job : moved) {
            Set<Key> keys = index().remove(job);
            index().computeIfAbsent(newName + job.substring(oldName.length()), name -> new HashSet<>())
                    .addAll(keys);
        }
    }

    /** A job that is renamed or moved takes its releases along, and so does a folder. */
    @Extension
    public static final class Renames extends ItemListener {
        @Override
        public void onLocationChanged(Item item, String oldFullName, String newFullName) {
            get().renamed(oldFullName, newFullName);
        }
    }
}
