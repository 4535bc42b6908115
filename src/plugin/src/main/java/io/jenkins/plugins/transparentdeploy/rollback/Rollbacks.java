package io.jenkins.plugins.transparentdeploy.rollback;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.model.listeners.ItemListener;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jenkins.model.Jenkins;

/** All rollbacks and promotions that were asked for on a page, each in {@code transparent-deploy/rollbacks/<id>}. */
@Extension
public final class Rollbacks {
    private static final Logger LOGGER = Logger.getLogger(Rollbacks.class.getName());

    private final Map<String, Undertaking> byId = new ConcurrentHashMap<>();
    /** Reading those of earlier runs of Jenkins. */
    private volatile CompletableFuture<Void> reading = CompletableFuture.completedFuture(null);

    public static Rollbacks get() {
        return ExtensionList.lookupSingleton(Rollbacks.class);
    }

    <T extends Undertaking> Optional<T> find(Class<T> kind, String id) {
        return Optional.ofNullable(all().get(id)).filter(kind::isInstance).map(kind::cast);
    }

    /** Rollbacks of one service in one environment, newest first. */
    List<Rollback> of(String service, String environment) {
        return of(Rollback.class, service, environment);
    }

    /** What was asked for of one service in one environment, newest first. */
    <T extends Undertaking> List<T> of(Class<T> kind, String service, String environment) {
        return all().values().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .filter(one ->
                        one.getService().equals(service) && one.getEnvironment().equals(environment))
                .sorted(Comparator.comparing(Undertaking::getRequestedAt)
                        .thenComparing(Undertaking::getId)
                        .reversed())
                .toList();
    }

    /**
     * Keeps a rollback, if it can be kept, and starts it, unless one of the same service and environment goes on already.
     */
    synchronized Rollback start(Rollback wanted) {
        Optional<Rollback> running = running(Rollback.class, wanted);
        if (running.isPresent()) {
            return running.get();
        }
        begin(wanted);
        return wanted;
    }

    /**
     * Keeps a promotion, if it can be kept, and starts it; a rollback would end it, and not wait for it.
     *
     * @throws IllegalStateException if something goes on in that environment already; the message says what
     */
    synchronized PromotionRun start(PromotionRun wanted) {
        Optional<Undertaking> running = running(Undertaking.class, wanted);
        if (running.isPresent()) {
            throw new IllegalStateException(
                    Messages.PromotionRun_NotNow(running.get().getDisplayName()));
        }
        begin(wanted);
        return wanted;
    }

    /** Those that were given up, and of which nobody knows what came. */
    List<Undertaking> unheard() {
        return all().values().stream().filter(one -> one.unheard() != null).toList();
    }

    /** Waits until those of earlier runs of Jenkins are among them: one of them may not have ended. */
    private Map<String, Undertaking> all() {
        reading.join();
        return byId;
    }

    private <T extends Undertaking> Optional<T> running(Class<T> kind, Undertaking wanted) {
        return of(kind, wanted.getService(), wanted.getEnvironment()).stream()
                .filter(one -> !one.isEnded())
                .findFirst();
    }

    /** Whether something goes on there that was asked for on a page. */
    boolean isAtWork(ReleaseHistory history) {
        return of(Undertaking.class, history.getService(), history.getEnvironment()).stream()
                .anyMatch(one -> !one.isEnded());
    }

    private void begin(Undertaking wanted) {
        wanted.createIn(root().toFile());
        byId.put(wanted.getId(), wanted);
        schedule(wanted);
    }

    private static void schedule(Undertaking wanted) {
        Jenkins.get().getQueue().schedule2(new UndertakingTask(wanted), 0);
    }

    private static Path root() {
        return Jenkins.get().getRootDir().toPath().resolve("transparent-deploy").resolve("rollbacks");
    }

    private void resume() {
        Path root = root();
        if (!Files.isDirectory(root)) {
            return;
        }
        List<Undertaking> shorter = new ArrayList<>();
        try (Stream<Path> directories = Files.list(root)) {
            directories.map(Path::toFile).forEach(directory -> resume(directory, shorter));
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The rollbacks that were asked for earlier cannot be listed", e);
        }
        // Once, after an update, and without anybody waiting for it: the next start has less to read.
        Computer.threadPoolForRemoting.execute(() -> shorter.forEach(Undertaking::save));
    }

    /**
     * Takes up again, when Jenkins has started, what was not at its end. Not in an initializer: loading the queue, which has
     * no milestone of its own, throws out what was scheduled before. Years of rollbacks are read beside the start, which
     * does not wait for them; whoever asks for one does.
     */
    @Extension
    public static final class Resumption extends ItemListener {
        @Override
        public void onLoaded() {
            Rollbacks all = get();
            all.reading = CompletableFuture.runAsync(all::resume, Computer.threadPoolForRemoting);
        }
    }

    /** @param shorter gets it if it is shorter now than its file */
    private void resume(File directory, List<Undertaking> shorter) {
        try {
            Undertaking loaded = Undertaking.load(directory);
            boolean dropped = loaded.dropAnswer();
            boolean known = byId.putIfAbsent(loaded.getId(), loaded) != null;
            if (!known && dropped) {
                shorter.add(loaded);
            }
            if (!known && !loaded.isEnded()) {
                schedule(loaded);
            }
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, "What was asked for in " + directory + " cannot be read", e);
        }
    }
}
