package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import io.jenkins.plugins.transparentdeploy.engine.host.FailedOnHostException;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.HostFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Files of a host that is asked by its shell; each call is one exchange. */
final class SshFiles implements HostFiles {
    /** What {@code files.sh} ends with when there is no such file. */
    private static final int NONE = 44;

    private static final byte[] NOTHING = {};
    private static final int FEW = 1024;

    private final String name;
    private final Exchanges exchanges;
    private final Path stateDirectory;

    /** @param name what people call the host */
    SshFiles(String name, Exchanges exchanges, Path stateDirectory) {
        this.name = name;
        this.exchanges = exchanges;
        this.stateDirectory = stateDirectory;
    }

    @Override
    public Path stateDirectory() {
        return stateDirectory;
    }

    @Override
    public Optional<byte[]> read(Path file) throws IOException {
        Optional<byte[]> content = get("read", file, Host.OUTPUT_LIMIT + 1);
        if (content.isPresent() && content.get().length > Host.OUTPUT_LIMIT) {
            throw new IOException(file + " on " + name + " has more than " + Host.OUTPUT_LIMIT
                    + " bytes, which is none of the small files here");
        }
        return content;
    }

    @Override
    public byte[] tail(Path file, int limit) throws IOException {
        return get("tail", file, limit).orElse(NOTHING);
    }

    private Optional<byte[]> get(String what, Path file, int limit) throws IOException {
        Exchanges.Answer answer = exchanges.askQuietly(
                Scripts.FILES, List.of(what, file.toString(), Integer.toString(limit)), NOTHING, limit);
        if (answer.ended().exitCode() == NONE) {
            return Optional.empty();
        }
        requireDone(answer, "read", file);
        return Optional.of(answer.output());
    }

    @Override
    public Optional<Instant> modified(Path file) throws IOException {
        Exchanges.Answer answer =
                exchanges.askQuietly(Scripts.FILES, List.of("modified", file.toString()), NOTHING, FEW);
        if (answer.ended().exitCode() == NONE) {
            return Optional.empty();
        }
        requireDone(answer, "look at", file);
        String seconds = new String(answer.output(), StandardCharsets.US_ASCII).strip();
        try {
            return Optional.of(Instant.ofEpochSecond(Long.parseLong(seconds)));
        } catch (NumberFormatException e) {
            throw new IOException(name + " says that " + file + " was changed at '" + seconds + "'", e);
        }
    }

    @Override
    public void write(Path file, byte[] content) throws IOException {
        change("write", file, content, Integer.toString(content.length), UUID.randomUUID() + ".tmp");
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        change("mkdir", directory, NOTHING);
    }

    @Override
    public void delete(Path file) throws IOException {
        change("delete", file, NOTHING);
    }

    private void change(String what, Path file, byte[] content, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(what, file.toString()));
        arguments.addAll(List.of(more));
        requireDone(exchanges.askQuietly(Scripts.FILES, arguments, content, FEW), what, file);
    }

    private void requireDone(Exchanges.Answer answer, String what, Path file) throws IOException {
        if (!answer.ended().succeeded()) {
            throw new FailedOnHostException("cannot " + what + " " + file + " on " + name + ": "
                    + answer.ended().errors().strip());
        }
    }
}
