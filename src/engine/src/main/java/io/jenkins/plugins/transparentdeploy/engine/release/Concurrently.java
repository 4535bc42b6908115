package io.jenkins.plugins.transparentdeploy.engine.release;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Does something with each of several, so many at a time; with one at a time, on the calling thread. What is under way is
 * always finished, for an interrupt in the middle of it would leave nobody knows what; what has not begun when something
 * fails is not begun.
 */
final class Concurrently {
    private Concurrently() {}

    /** Something that is done with one. */
    @FunctionalInterface
    interface Act<T> {
        void on(T one) throws IOException, InterruptedException;
    }

    /** Something that is asked about one. */
    @FunctionalInterface
    interface Question<T, R> {
        R about(T one) throws IOException;
    }

    /**
     * Acts on each.
     *
     * @param atATime at least 1
     * @throws IOException the first failure, if it was one; unchecked ones as they were
     * @throws InterruptedException when an act was interrupted
     */
    static <T> void each(int atATime, Collection<T> all, Act<T> act) throws IOException, InterruptedException {
        if (atATime == 1 || all.size() <= 1) {
            for (T one : all) {
                act.on(one);
            }
            return;
        }
        AtomicReference<Throwable> failure = new AtomicReference<>();
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(atATime, all.size()), task -> {
            Thread thread = new Thread(task, "instances");
            thread.setDaemon(true);
            return thread;
        });
        for (T one : all) {
            threads.execute(() -> {
                if (failure.get() == null) {
                    try {
                        act.on(one);
                    } catch (IOException | InterruptedException | RuntimeException | Error e) {
                        failure.compareAndSet(null, e);
                    }
                }
            });
        }
        threads.shutdown();
        awaitAll(threads);
        rethrow(failure.get());
    }

    private static void awaitAll(ExecutorService threads) {
        boolean interrupted = false;
        while (!threads.isTerminated()) {
            try {
                threads.awaitTermination(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void rethrow(Throwable failure) throws IOException, InterruptedException {
        if (failure instanceof IOException checked) {
            throw checked;
        } else if (failure instanceof InterruptedException interrupt) {
            throw interrupt;
        } else if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        } else if (failure instanceof Error error) {
            throw error;
        }
    }

    /**
     * Asks about each.
     *
     * @return the answers, in the order of those that were asked about
     * @throws IOException the first failure, if it was one; unchecked ones as they were
     */
    static <T, R> Map<T, R> ask(int atATime, Collection<T> all, Question<T, R> question) throws IOException {
        Map<T, R> answers = Collections.synchronizedMap(new HashMap<>());
        try {
            each(atATime, all, one -> answers.put(one, question.about(one)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("Interrupted while instances were asked").initCause(e);
        }
        Map<T, R> ordered = new LinkedHashMap<>();
        all.forEach(one -> ordered.put(one, answers.get(one)));
        return ordered;
    }

    /** Those of which it holds, in their order. */
    static <T> List<T> those(int atATime, Collection<T> all, Question<T, Boolean> question) throws IOException {
        List<T> some = new ArrayList<>();
        ask(atATime, all, question).forEach((one, holds) -> {
            if (holds) {
                some.add(one);
            }
        });
        return some;
    }
}
