package io.jenkins.plugins.transparentdeploy.rollback;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.listeners.ItemListener;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jenkins.model.Jenkins;

/** All rollbacks that were asked for in this Jenkins, each in {@code transparent-deploy/rollbacks/<id>}. */
@Extension
public final class Rollbacks {
    private static final Logger LOGGER = Logger.getLogger(Rollbacks.class.getName());

    private final Map<String, Rollback> byId = new ConcurrentHashMap<>();

    public static Rollbacks get() {
        return ExtensionList.lookupSingleton(Rollbacks.class);
    }

    Optional<Rollback> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Of one service in one environment, newest first. */
    List<Rollback> of(String service, String environment) {
        return byId.values().stream()
                .filter(rollback -> rollback.getService().equals(service)
                        && rollback.getEnvironment().equals(environment))
                .sorted(Comparator.comparing(Rollback::getRequestedAt).reversed())
                .toList();
    }

    /** Keeps a rollback and starts it, unless one of the same service and environment goes on already. */
    synchronized Rollback start(Rollback wanted) throws IOException {
        Optional<Rollback> running = of(wanted.getService(), wanted.getEnvironment()).stream()
                .filter(rollback -> !rollback.isEnded())
                .findFirst();
        if (running.isPresent()) {
            return running.get();
        }
        wanted.createIn(root().toFile());
        byId.put(wanted.getId(), wanted);
        schedule(wanted);
        return wanted;
    }

    private static void schedule(Rollback rollback) {
        Jenkins.get().getQueue().schedule2(new RollbackTask(rollback), 0);
    }

    private static Path root() {
        return Jenkins.get().getRootDir().toPath().resolve("transparent-deploy").resolve("rollbacks");
    }

    private void resume() {
        Path root = root();
        if (!Files.isDirectory(root)) {
            return;
        }
        try (Stream<Path> directories = Files.list(root)) {
            directories.map(Path::toFile).forEach(this::resume);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The rollbacks that were asked for earlier cannot be listed", e);
        }
    }

    /**
     * Takes up again, when Jenkins has started, what was not at its end. Not in an initializer: loading the queue, which has
     * no milestone of its own, throws out what was scheduled before.
     */
    @Extension
    public static final class Resumption extends ItemListener {
        @Override
        public void onLoaded() {
            get().resume();
        }
    }

    private void resume(File directory) {
        try {
            Rollback rollback = Rollback.load(directory);
            boolean known = byId.putIfAbsent(rollback.getId(), rollback) != null;
            if (!known && !rollback.isEnded()) {
                schedule(rollback);
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The rollback in " + directory + " cannot be read", e);
        }
    }
}
