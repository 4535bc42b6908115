package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many channels are open on a connection at the same time. OpenSSH allows ten (MaxSessions) unless told otherwise,
 * and does not say how many: that shows when it refuses one.
 */
final class ChannelLimit {
    private static final int USUAL = 10;

    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition changed = lock.newCondition();
    private int limit = USUAL;
    private int inUse;

    /** Waits for one that is free; false when there was none in time. */
    boolean acquire(Duration timeout) throws InterruptedException {
        long nanos = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (inUse >= limit) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = changed.awaitNanos(nanos);
            }
            inUse++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** One was closed, or could not be opened. */
    void release() {
        lock.lock();
        try {
            inUse--;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The server refused the one that was acquired last. False when it is the only one: waiting is of no use then. */
    boolean lower() {
        lock.lock();
        try {
            limit = Math.max(1, Math.min(limit, inUse - 1));
            return inUse > 1;
        } finally {
            lock.unlock();
        }
    }

    int inUse() {
        lock.lock();
        try {
            return inUse;
        } finally {
            lock.unlock();
        }
    }
}
