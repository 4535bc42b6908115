package io.jenkins.plugins.transparentdeploy.engine.storage;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Something could not be written because its disk, or its owner's quota, is used up. What was there before is whole. */
public final class DiskFullException extends IOException {
    private static final long serialVersionUID = 1L;

    private DiskFullException(String message, IOException cause) {
        super(message, cause);
    }

    /** The same failure, said so that it names the file and the cure when it is a full disk's. */
    public static IOException explaining(IOException failure, Path file) {
        return explaining(failure, file.toString(), diskOf(file));
    }

    /** As {@link #explaining(IOException, Path)}, of a place on another machine. */
    public static IOException explaining(IOException failure, String place) {
        return explaining(failure, place, "");
    }

    private static IOException explaining(IOException failure, String place, String disk) {
        return causeOf(failure)
                .<IOException>map(what -> new DiskFullException(
                        place + " could not be written: " + what + disk
                                + ". Free some space there and try again; what was written before is whole",
                        failure))
                .orElse(failure);
    }

    private static Optional<String> causeOf(IOException failure) {
        String reason = failure instanceof FileSystemException named ? named.getReason() : failure.getMessage();
        if (failure instanceof DiskFullException || reason == null) {
            return Optional.empty();
        }
        if (reason.contains("No space left on device")) {
            return Optional.of("there is no space left");
        }
        return reason.contains("quota exceeded") ? Optional.of("the quota is used up") : Optional.empty();
    }

    private static String diskOf(Path file) {
        try {
            Path directory = file.toAbsolutePath().getParent();
            return " on " + Files.getFileStore(directory).name() + ", which holds " + directory;
        } catch (IOException e) {
            return "";
        }
    }
}
