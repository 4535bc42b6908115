package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** A shell of which nothing is there, not even threads, before it is asked something. */
final class DeferredShell implements RemoteShell {
    private final String name;
    private final Supplier<RemoteShell> maker;
    private RemoteShell made;
    private boolean closed;

    DeferredShell(String name, Supplier<RemoteShell> maker) {
        this.name = name;
        this.maker = maker;
    }

    private synchronized RemoteShell shell() throws IOException {
        if (closed) {
            throw new IOException("the connection to " + name + " was closed");
        }
        if (made == null) {
            made = maker.get();
        }
        return made;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Ended run(String script, List<String> arguments, InputStream input, OutputStream output, Duration timeout)
            throws IOException, InterruptedException {
        return shell().run(script, arguments, input, output, timeout);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (made != null) {
            made.close();
        }
    }
}
