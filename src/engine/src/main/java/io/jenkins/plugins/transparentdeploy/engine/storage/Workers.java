package io.jenkins.plugins.transparentdeploy.engine.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Threads for one act on many files, of which the first failure ends all. */
public final class Workers {
    private static final int MOST = 8;
    /** Not worth a thread. */
    private static final int FEW = 4;

    private static final int AT_ONCE = 32;

    /** Something that may fail. */
    @FunctionalInterface
    public interface Attempt<T> {
        T make() throws IOException;
    }

    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /**
     * Runs a task and all that it forks.
     *
     * @throws IOException the first failure, if it was one; unchecked ones as they were
     */
    public void run(ForkJoinTask<?> task) throws IOException {
        ForkJoinPool pool = new ForkJoinPool(count());
        try {
            failure.set(null);
            pool.submit(task).join();
        } catch (CancellationException interrupted) {
            throw new InterruptedIOException("Interrupted while files were read or written");
        } finally {
            // Without interrupting: an interrupt would close the file that is being written.
            pool.shutdown();
            pool.awaitQuiescence(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        }
        Throwable failed = failure.get();
        if (failed instanceof IOException checked) {
            throw checked;
        }
        if (failed instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failed instanceof OutOfMemoryError exhausted) {
            // The JVM throws one object again and again; one that is thrown while resources are closed would be
            // suppressed in
            // itself, which Java answers with an exception that hides it.
            OutOfMemoryError fresh = new OutOfMemoryError(exhausted.getMessage());
            fresh.initCause(exhausted);
            throw fresh;
        }
        if (failed instanceof Error error) {
            throw error;
        }
    }

    /** Something that is done with each of many. */
    @FunctionalInterface
    public interface Act<T> {
        void on(T one) throws IOException;
    }

    /**
     * Does something with each, several at a time; those that are beside each other in the list mostly one after the other.
     *
     * @throws IOException the first failure, if it was one; unchecked ones as they were; the rest is not begun then
     */
    public static <T> void each(List<T> all, Act<T> act) throws IOException {
        if (all.size() <= FEW) {
            for (T one : all) {
                act.on(one);
            }
            return;
        }
        Workers workers = new Workers();
        workers.run(ForkJoinTask.adapt(() -> {
            List<ForkJoinTask<?>> tasks = new ArrayList<>();
            for (int from = 0; from < all.size(); from += AT_ONCE) {
                List<T> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
                tasks.add(ForkJoinTask.adapt(() -> {
                            for (T one : some) {
                                workers.attempt(
                                        () -> {
                                            act.on(one);
                                            return true;
                                        },
                                        false);
                            }
                        })
                        .fork());
            }
            tasks.forEach(ForkJoinTask::join);
        }));
    }

    /** How many work at a time: one for each processor, and two at least, because disks are waited for. */
    public static int count() {
        return Math.max(2, Math.min(MOST, Runtime.getRuntime().availableProcessors()));
    }

    /** Does this unless something failed already, and keeps the first failure. @param otherwise what it yields then */
    public <T> T attempt(Attempt<T> attempt, T otherwise) {
        if (failure.get() != null) {
            return otherwise;
        }
        try {
            return attempt.make();
        } catch (IOException | RuntimeException | Error e) {
            failure.compareAndSet(null, e);
            return otherwise;
        }
    }
}
