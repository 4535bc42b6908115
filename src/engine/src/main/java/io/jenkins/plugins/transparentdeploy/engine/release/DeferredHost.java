package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.CommandResult;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.HostFiles;
import io.jenkins.plugins.transparentdeploy.engine.host.HostId;
import io.jenkins.plugins.transparentdeploy.engine.host.ProcessRef;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** A host that is not connected to before it is asked something. One that could not be is tried again by the next question. */
final class DeferredHost implements Host {
    private final String name;
    private final Opening opening;
    private Host opened;

    /** How it is connected to. */
    @FunctionalInterface
    interface Opening {
        Host open() throws IOException, InterruptedException;
    }

    DeferredHost(String name, Opening opening) {
        this.name = name;
        this.opening = opening;
    }

    private synchronized Host host() throws IOException {
        try {
            if (opened == null) {
                opened = opening.open();
            }
            return opened;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while connecting to " + name).initCause(e);
        }
    }

    @Override
    public HostId id() throws IOException {
        return host().id();
    }

    @Override
    public String boot() throws IOException {
        return host().boot();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public HostFiles files() {
        return new Files();
    }

    @Override
    public Set<String> variables() throws IOException {
        return host().variables();
    }

    @Override
    public void requirePosix() throws IOException {
        host().requirePosix();
    }

    @Override
    public CommandResult run(Command command, Duration timeout) throws IOException, InterruptedException {
        return host().run(command, timeout);
    }

    @Override
    public ProcessRef start(Command command, Path output) throws IOException {
        return host().start(command, output);
    }

    @Override
    public Optional<ProcessRef> find(long pid) throws IOException {
        return host().find(pid);
    }

    @Override
    public boolean isRunning(ProcessRef process) throws IOException {
        return host().isRunning(process);
    }

    @Override
    public void stop(ProcessRef process, Duration grace) throws IOException, InterruptedException {
        host().stop(process, grace);
    }

    private final class Files implements HostFiles {
        @Override
        public Path stateDirectory() throws IOException {
            return host().files().stateDirectory();
        }

        @Override
        public Optional<byte[]> read(Path file) throws IOException {
            return host().files().read(file);
        }

        @Override
        public byte[] tail(Path file, int limit) throws IOException {
            return host().files().tail(file, limit);
        }

        @Override
        public Optional<Instant> modified(Path file) throws IOException {
            return host().files().modified(file);
        }

        @Override
        public void write(Path file, byte[] content) throws IOException {
            host().files().write(file, content);
        }

        @Override
        public void createDirectories(Path directory) throws IOException {
            host().files().createDirectories(directory);
        }

        @Override
        public void delete(Path file) throws IOException {
            host().files().delete(file);
        }
    }
}
