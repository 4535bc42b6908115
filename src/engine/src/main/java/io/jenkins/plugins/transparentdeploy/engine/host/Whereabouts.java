package io.jenkins.plugins.transparentdeploy.engine.host;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.storage.SealedJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a state directory is, kept beside the id of the host that it makes of its machine: who copies the directory copies
 * the id as well, and then there are two hosts that each would roll back what the other runs.
 *
 * <p>It is a copy on another machine only if all of it differs. A disk that moves to another machine, or a volume to another
 * container, brings the file itself along; a backup that is put back makes another file, on the machine that it is of.
 *
 * @param machine the machine's id, or its name where it has none
 * @param inode of the file with the host's id
 * @param changed when that file's inode was changed last, which nobody can set; as Java spells it
 */
public record Whereabouts(String machine, long inode, String changed) {
    private static final String FILE = "whereabouts.json";
    private static final Path MACHINE_ID = Path.of("/etc/machine-id");

    /** Those of a state directory now, which has an id. */
    static Whereabouts now(Path stateDirectory) throws IOException {
        Map<String, Object> file = Files.readAttributes(HostId.file(stateDirectory), "unix:ino,ctime");
        return new Whereabouts(
                thisMachine(),
                ((Number) file.get("ino")).longValue(),
                file.get("ctime").toString());
    }

    private static String thisMachine() throws IOException {
        String id = "";
        try {
            id = Files.readString(MACHINE_ID, StandardCharsets.ISO_8859_1).strip();
        } catch (NoSuchFileException e) {
            // Not every container has one.
        }
        try {
            return id.isEmpty() ? InetAddress.getLocalHost().getHostName() : id;
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** As they were kept; empty before the first time, and when they are not as they were written. */
    private static Optional<Whereabouts> kept(Path stateDirectory) throws IOException {
        try {
            return SealedJson.read(stateDirectory.resolve(FILE), Whereabouts.class);
        } catch (CorruptStateException e) {
            return Optional.empty();
        }
    }

    /** Whether this state directory is a copy of one that was made on another machine. */
    public static boolean areOfACopy(Path stateDirectory) throws IOException {
        Whereabouts now = now(stateDirectory);
        return kept(stateDirectory).filter(now::differWhollyFrom).isPresent();
    }

    private boolean differWhollyFrom(Whereabouts other) {
        return !machine.equals(other.machine) && inode != other.inode && !changed.equals(other.changed);
    }

    /** Keeps those of now, durably: this is where the host is from now on. */
    public static void keep(Path stateDirectory) throws IOException {
        Whereabouts now = now(stateDirectory);
        if (!kept(stateDirectory).equals(Optional.of(now))) {
            SealedJson.write(stateDirectory.resolve(FILE), now);
        }
    }
}
