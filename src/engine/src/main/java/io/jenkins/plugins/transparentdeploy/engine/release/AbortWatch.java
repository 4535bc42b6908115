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
        boolean before = begin(true);
        try {
            return wait.await();
        } finally {
            end(before);
        }
    }

    /**
     * Does something in the middle of waiting that is not to be interrupted. Who asked to give up meanwhile is heard
     * after it.
     */
    public <T> T whileActing(Wait<T> act) throws IOException, InterruptedException {
        boolean before = begin(false);
        try {
            return act.await();
        } finally {
            end(before);
        }
    }

    /** Between two acts: the moment to give up. */
    public synchronized void throwIfRequested() throws InterruptedException {
        if (request != null && !closed) {
            throw new InterruptedException(request.toString());
        }
    }

    /** @return whether this thread was waiting before */
    private synchronized boolean begin(boolean waits) throws InterruptedException {
        throwIfRequested();
        boolean before = waiting.contains(Thread.currentThread());
        set(waits);
        return before;
    }

    private synchronized void end(boolean waits) {
        set(waits);
        if (request != null && !closed && waits) {
            // What it is inside of waits as well.
            Thread.currentThread().interrupt();
        } else if (request != null) {
            // What was waited for may have come to its end before it noticed.
            Thread.interrupted();
        }
    }

    private void set(boolean waits) {
        if (waits) {
            waiting.add(Thread.currentThread());
        } else {
            waiting.remove(Thread.currentThread());
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
