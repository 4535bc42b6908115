package io.jenkins.plugins.transparentdeploy.engine.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The shell of this machine, with no network in between. As behind an SSH server, nobody signals a script whose exchange
 * was given up: it finds that its input has ended and that nobody reads what it writes.
 */
public final class LocalShell implements RemoteShell {
    private final String name;
    private final List<String> prefix;
    private final String shell;

    public LocalShell() {
        this("this machine", List.of());
    }

    /** @param prefix what runs the shell, such as {@code env} with another PATH */
    public LocalShell(String name, List<String> prefix) {
        this(name, prefix, "/bin/sh");
    }

    /** @param shell another POSIX shell than this machine's */
    public LocalShell(String name, List<String> prefix, String shell) {
        this.name = name;
        this.prefix = List.copyOf(prefix);
        this.shell = shell;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Ended run(String script, List<String> arguments, InputStream input, OutputStream output, Duration timeout)
            throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(prefix);
        argv.addAll(List.of(shell, "-c", script, "sh"));
        argv.addAll(arguments);
        Process process = new ProcessBuilder(argv).start();
        Thread writer = new Thread(() -> feed(input, process.getOutputStream()), "input of " + process.pid());
        writer.setDaemon(true);
        writer.start();
        OutputTail errors = new OutputTail(Host.OUTPUT_LIMIT);
        CompletableFuture<Void> said =
                CompletableFuture.runAsync(() -> errors.drain(process.getErrorStream()), LocalShell::inAThread);
        CompletableFuture<Void> written = CompletableFuture.runAsync(
                () -> {
                    try {
                        process.getInputStream().transferTo(output);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                LocalShell::inAThread);
        try {
            CompletableFuture.allOf(said, written, process.onExit()).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return new Ended(process.exitValue(), errors.toString());
        } catch (TimeoutException e) {
            throw new IOException("no answer from " + name + " within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } finally {
            close(process);
        }
    }

    private static void inAThread(Runnable work) {
        Thread thread = new Thread(work, "output of a script");
        thread.setDaemon(true);
        thread.start();
    }

    private static void feed(InputStream input, OutputStream sink) {
        byte[] buffer = new byte[8192];
        try (sink) {
            for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
                sink.write(buffer, 0, count);
                // Somebody may wait for just that before saying more.
                sink.flush();
            }
        } catch (IOException e) {
            // It ended without reading all.
        }
    }

    private static void close(Process process) throws IOException {
        // Another thread may be blocked in a write that holds the stream's lock, so not that one's stream.
        new Thread(() -> {
                    try {
                        process.getOutputStream().close();
                    } catch (IOException e) {
                        // It is closed.
                    }
                })
                .start();
        process.getInputStream().close();
        process.getErrorStream().close();
    }

    @Override
    public void close() {
        // It has no connection.
    }
}
