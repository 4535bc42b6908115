package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import java.io.InputStream;

/**
 * Says what it has to say, and then stays open until it is closed: a script takes its end for the end of whoever asked.
 */
final class HeldInput extends InputStream {
    private final byte[] bytes;
    private int said;
    private boolean closed;

    HeldInput(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) {
        if (length > 0 && said < bytes.length) {
            int n = Math.min(length, bytes.length - said);
            System.arraycopy(bytes, said, target, offset, n);
            said += n;
            return n;
        }
        while (length > 0 && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return -1;
            }
        }
        return length == 0 ? 0 : -1;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
