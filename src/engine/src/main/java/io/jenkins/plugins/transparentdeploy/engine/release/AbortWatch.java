package io.jenkins.plugins.transparentdeploy.engine.release;

import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks for an {@link AbortRequest} while a release goes forward, and ends its waiting when there is one. Closed before a
 * rollback begins: a rollback is always finished.
 *
 * <p>Only waiting is interrupted. An interrupt in the middle of writing would close the file that is being written, the
 * journal included.
 */
public final class AbortWatch implements AutoCloseable {
    private static final long PERIOD_MILLIS = 200;

    private final ScheduledExecutorService scheduler;
    private AbortRequest request;
    /** Several instances may be worked on at a time. */
    private final Set<Thread> waiting = new HashSet<>();

    private boolean closed;

    /** Begins to look. */
    public AbortWatch(EnvironmentDirectory directory) {
        scheduler = Executors.newSingleThreadScheduledExecutor(runnable -> {
            Thread thread = new Thread(runnable, "abort-watch");
            thread.setDaemon(true);
            return thread;
        });
        scheduler.scheduleWithFixedDelay(() -> look(directory), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look(EnvironmentDirectory directory) {
        Optional<AbortRequest> found = AbortRequest.findIn(directory);
        if (found.isPresent()) {
            scheduler.shutdown();
            requested(found.get());
        }
    }

    private synchronized void requested(AbortRequest found) {
        if (!closed) {
            request = found;
            waiting.forEach(Thread::interrupt);
        }
    }

    /** Something that takes time and touches nothing. */
    @FunctionalInterface
    public interface Wait<T> {
        T await() throws IOException, InterruptedException;
    }

    /**
     * Waits, unless or until somebody asks to give up.
     *
     * @throws InterruptedException when somebody does
     */
    public <T> T whileWaiting(Wait<T> wait) throws IOException, InterruptedException {
        beginWaiting();
        try {
            return wait.await();
        } finally {
            endWaiting();
        }
    }

    /** Between two acts: the moment to give up. */
    public synchronized void throwIfRequested() throws InterruptedException {
        if (request != null && !closed) {
            throw new InterruptedException(request.toString());
        }
    }

    private synchronized void beginWaiting() throws InterruptedException {
        throwIfRequested();
        waiting.add(Thread.currentThread());
    }

    private synchronized void endWaiting() {
        waiting.remove(Thread.currentThread());
        if (request != null) {
            // What was waited for may have come to its end before it noticed.
            Thread.interrupted();
        }
    }

    /** What was asked for; empty as long as nobody did. */
    public synchronized Optional<AbortRequest> request() {
        return Optional.ofNullable(request);
    }

    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        scheduler.shutdownNow();
    }
}
