package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Threads for one act on many files, of which the first failure ends all. */
final class Workers {
    private static final int MOST = 8;

    /** Something that may fail. */
    @FunctionalInterface
    interface Attempt<T> {
        T make() throws IOException;
    }

    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /**
     * Runs a task and all that it forks.
     *
     * @throws IOException the first failure, if it was one; unchecked ones as they were
     */
    void run(ForkJoinTask<?> task) throws IOException {
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
        if (failed instanceof Error error) {
            throw error;
        }
    }

    /** How many work at a time: one for each processor, and two at least, because disks are waited for. */
    static int count() {
        return Math.max(2, Math.min(MOST, Runtime.getRuntime().availableProcessors()));
    }

    /** Does this unless something failed already, and keeps the first failure. @param otherwise what it yields then */
    <T> T attempt(Attempt<T> attempt, T otherwise) {
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
