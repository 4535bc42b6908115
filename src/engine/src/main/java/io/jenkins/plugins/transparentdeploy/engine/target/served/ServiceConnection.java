package io.jenkins.plugins.transparentdeploy.engine.target.served;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.FailedOnHostException;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Questions to the service of one target. Connects when the first is asked; when the connection breaks, connects again and
 * asks again, which is safe. One question at a time.
 */
final class ServiceConnection implements Closeable {
    private static final int ATTEMPTS = 4;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** For as long as one release may take. */
    private static final Duration LONGEST = Duration.ofHours(24);

    private static final long ENDING_MILLIS = 2_000;

    private static final String RUN =
            """
            umask 077
            state=$1 java=$2
            shift 2
            LC_ALL=C.UTF-8 exec "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m -Dfile.encoding=UTF-8 \
            -Dsun.jnu.encoding=UTF-8 "$@" host-service --state-dir "$state\"""";

    private final RemoteShell shell;
    private final ServiceProgram.Provider program;
    private final Question.Open open;
    private final Runnable connected;
    private Exchange exchange;

    /** Sends or reads what belongs to a question beside its answer. */
    @FunctionalInterface
    interface Cargo {
        Cargo NONE = wire -> {};

        void handle(Wire wire) throws IOException;
    }

    /** @param connected what is to be done whenever it has connected, before anything is asked */
    ServiceConnection(RemoteShell shell, ServiceProgram.Provider program, Question.Open open, Runnable connected) {
        this.shell = shell;
        this.program = program;
        this.open = open;
        this.connected = connected;
    }

    String host() {
        return shell.name();
    }

    /** Asks, and reads the answer. */
    <A extends Answer> A ask(Question question, Class<A> expected) throws IOException {
        return ask(question, Cargo.NONE, expected, Cargo.NONE);
    }

    /**
     * Asks with what belongs to it.
     *
     * @param sent what follows the question
     * @param received what follows the answer, unless that is a failure
     * @throws RefusedException if the host refuses
     * @throws CorruptStateException if what the host has is not as it was written
     * @throws FailedOnHostException if it failed on the host
     * @throws IOException if the host cannot be reached
     */
    synchronized <A extends Answer> A ask(Question question, Cargo sent, Class<A> expected, Cargo received)
            throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Answer answer = exchange().ask(question, sent);
                if (expected.isInstance(answer)) {
                    received.handle(exchange.wire);
                    return expected.cast(answer);
                }
                throw failure(answer);
            } catch (BrokenException e) {
                close();
                if (attempt == ATTEMPTS || Thread.currentThread().isInterrupted()) {
                    throw new IOException(shell.name() + " cannot be asked: " + e.getMessage(), e);
                }
                pause(attempt);
            }
        }
    }

    private IOException failure(Answer answer) {
        if (answer instanceof Answer.Failed failed) {
            String problem = shell.name() + ": " + failed.problem();
            switch (failed.how()) {
                case REFUSED -> throw new RefusedException(failed.obstacle(), problem, failed.cure());
                case CORRUPT -> throw new CorruptStateException(failed.obstacle(), problem, failed.cure());
                case FAILED -> {
                    return new FailedOnHostException(problem);
                }
            }
        }
        return new IOException(shell.name() + " answers something else than it was asked");
    }

    private static void pause(int attempt) throws IOException {
        try {
            TimeUnit.NANOSECONDS.sleep(PAUSE.multipliedBy(attempt).toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("Interrupted while waiting for a connection").initCause(e);
        }
    }

    private Exchange exchange() throws IOException {
        if (exchange == null) {
            try {
                Exchange begun = new Exchange(program.prepared());
                exchange = begun;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException)
                        new InterruptedIOException("Interrupted while connecting to " + shell.name()).initCause(e);
            } catch (IOException e) {
                throw new BrokenException(e.getMessage(), e);
            }
            Answer answer = exchange.ask(open, Cargo.NONE);
            if (!(answer instanceof Answer.Done)) {
                close();
                throw failure(answer);
            }
            connected.run();
        }
        return exchange;
    }

    @Override
    public synchronized void close() {
        if (exchange != null) {
            exchange.close();
            exchange = null;
        }
    }

    /** The connection broke: nobody knows what became of the question. */
    private static final class BrokenException extends IOException {
        private static final long serialVersionUID = 1L;

        BrokenException(String message, IOException cause) {
            super(message, cause);
        }
    }

    /** One run of the service. */
    private final class Exchange implements Closeable {
        private final Wire wire;
        private final Pipe.SinkChannel toHost;
        private final Pipe.SourceChannel fromHost;
        private final FutureTask<RemoteShell.Ended> running;
        private final Thread thread;

        Exchange(ServiceProgram prepared) throws IOException {
            Pipe questions = Pipe.open();
            Pipe answers = Pipe.open();
            toHost = questions.sink();
            fromHost = answers.source();
            wire = new Wire(Channels.newInputStream(fromHost), Channels.newOutputStream(toHost));
            List<String> arguments = new ArrayList<>(List.of(prepared.stateDirectory(), prepared.java()));
            arguments.addAll(prepared.arguments());
            running = new FutureTask<>(() -> {
                try (InputStream in = Channels.newInputStream(questions.source());
                        OutputStream out = Channels.newOutputStream(answers.sink())) {
                    return shell.run(RUN, arguments, in, out, LONGEST);
                }
            });
            thread = new Thread(running, "service on " + shell.name());
            thread.setDaemon(true);
            thread.start();
        }

        Answer ask(Question question, Cargo sent) throws IOException {
            try {
                wire.write(question);
                sent.handle(wire);
                wire.out().flush();
                return wire.receive(Answer.class);
            } catch (IOException e) {
                throw new BrokenException(reason(e), e);
            }
        }

        /** What the service itself said last says more than that its streams are closed. */
        private String reason(IOException e) {
            try {
                RemoteShell.Ended ended = running.get(ENDING_MILLIS, TimeUnit.MILLISECONDS);
                String errors = ended.errors().strip();
                return "its service ended with exit code " + ended.exitCode() + (errors.isEmpty() ? "" : ": " + errors);
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof RefusedException refused) {
                    throw refused;
                }
                return String.valueOf(failed.getCause().getMessage());
            } catch (TimeoutException stillRunning) {
                return e.getMessage() == null ? e.toString() : e.getMessage();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return "interrupted";
            }
        }

        /** The service ends when nobody asks any more; what it has begun it finishes. */
        @Override
        public void close() {
            try (toHost;
                    fromHost) {
                toHost.close();
                running.get(ENDING_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException | ExecutionException | TimeoutException e) {
                // It is not needed any more, however it ended.
            } finally {
                thread.interrupt();
            }
        }
    }
}
