package io.jenkins.plugins.transparentdeploy.engine.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.Obstacle;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.storage.DiskFullException;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Seal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who froze an environment and who opened it again, a line each, sealed; the last one counts. Reading and appending need no
 * lock: somebody must be able to freeze an environment that is being changed. Whoever holds the lock next copies what
 * is new into the journal.
 */
public final class FreezeLog {
    private final EnvironmentDirectory directory;

    public FreezeLog(EnvironmentDirectory directory) {
        this.directory = directory;
    }

    /**
     * Why the environment is frozen; empty when it is not.
     *
     * @throws CorruptStateException when the last line cannot be read: whoever does not know must not deploy
     */
    public Optional<Freeze> current() throws IOException {
        List<String> lines = lines();
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(parse(lines.get(lines.size() - 1))).filter(Freeze::frozen);
    }

    private List<String> lines() throws IOException {
        String text = read();
        int end = text.lastIndexOf('\n') + 1;
        List<String> lines = new ArrayList<>(
                text.substring(0, end).lines().filter(line -> !line.isBlank()).toList());
        wholeWithoutItsEnd(text.substring(end)).ifPresent(lines::add);
        return lines;
    }

    /** A line without its end was not finished: nobody was told of it. Unless the seal fits, and only the end is damaged. */
    private static Optional<String> wholeWithoutItsEnd(String rest) {
        return Stream.of(rest, rest.substring(0, Math.max(0, rest.length() - 1)))
                .filter(Seal::isOn)
                .findFirst();
    }

    private Freeze parse(String line) {
        if (Seal.isBroken(line)) {
            throw damaged("it does not match its seal");
        }
        try {
            return Json.MAPPER.readValue(line, Freeze.class);
        } catch (JsonProcessingException e) {
            throw damaged(e.getOriginalMessage());
        }
    }

    private CorruptStateException damaged(String how) {
        return new CorruptStateException(
                directory.freezes() + " has a line that cannot be read: " + how,
                "Remove that line; if nobody knows better, freeze the environment with 'tdeploy freeze'");
    }

    private String read() throws IOException {
        return read(directory.freezes());
    }

    /** Whatever its bytes are; nothing if there is no such file. */
    private static String read(Path file) throws IOException {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /** Adds a decision; durable on return. */
    public void append(Freeze freeze) throws IOException {
        Path file = directory.freezes();
        DurableFiles.createDirectories(directory.root());
        boolean isNew = !Files.exists(file);
        // One write, at whatever is the end by then. It ends a line that somebody could not finish.
        String line = "\n" + Seal.on(Json.MAPPER.writeValueAsString(freeze)) + "\n";
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.APPEND, StandardOpenOption.CREATE))) {
            // Of what does not fit on a disk the system writes a part, and says so only to who goes on.
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            throw DiskFullException.explaining(e, file);
        }
        if (isNew) {
            DurableFiles.fsyncDirectory(directory.root());
        }
    }

    /** Copies what is new into the journal, if there is one yet. */
    void copyInto(Journal journal) throws IOException {
        List<String> lines = lines();
        int noted = noted();
        if (lines.size() == noted || journal.segments().isEmpty()) {
            return;
        }
        // If there were more, somebody removed a line, or one of the two files is damaged: better twice than not at
        // all.
        for (String line : lines.subList(noted < lines.size() ? noted : 0, lines.size())) {
            journal.note(text(line));
        }
        journal.sync();
        DurableFiles.write(directory.freezesNoted(), Integer.toString(lines.size()));
    }

    /** A line that somebody could not finish, and that another one ended, must not keep the journal from opening. */
    private String text(String line) {
        try {
            Freeze freeze = parse(line);
            return freeze.at() + " " + freeze;
        } catch (CorruptStateException e) {
            return e.getMessage();
        }
    }

    private int noted() throws IOException {
        try {
            return Math.max(0, Integer.parseInt(read(directory.freezesNoted()).strip()));
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    /**
     * Refuses a deployment while the environment is frozen.
     *
     * @param name what people call the environment, {@code shop/production}
     * @throws RefusedException when it is, unless the request insists and says why
     */
    public void refuseUnlessInsisted(String name, ReleaseRequest request) throws IOException {
        boolean insists = request.insistsOn(Insistence.FREEZE);
        if (insists && request.reason().isEmpty()) {
            throw new RefusedException(
                    "Deploying to " + name + " despite a freeze needs a reason", "Give it with --reason");
        }
        Optional<Freeze> freeze = current();
        if (freeze.isPresent() && !insists) {
            throw new RefusedException(
                    Obstacle.FROZEN,
                    name + " is frozen since " + freeze.get().at().truncatedTo(ChronoUnit.SECONDS) + " by "
                            + freeze.get().actor().who() + ": " + freeze.get().reason(),
                    "Open it with 'tdeploy unfreeze', or deploy all the same with --despite-freeze and a --reason");
        }
    }
}
