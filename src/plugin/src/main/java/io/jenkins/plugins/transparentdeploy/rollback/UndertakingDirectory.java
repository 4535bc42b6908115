package io.jenkins.plugins.transparentdeploy.rollback;

import hudson.XmlFile;
import hudson.util.StreamTaskListener;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/** Where an undertaking and its log are kept, as far as the controller's disk takes them. */
final class UndertakingDirectory {
    private static final Logger LOGGER = Logger.getLogger(UndertakingDirectory.class.getName());

    /** Called so when there were only rollbacks. */
    private static final String FILE = "rollback.xml";

    private final File directory;
    /** Whether there is a file of it. Without one, it is known as long as this controller runs. */
    private volatile boolean written;

    private boolean failed;

    /** Nothing is created yet. */
    UndertakingDirectory(File directory) {
        this.directory = directory;
    }

    Undertaking read() throws IOException {
        Undertaking read = (Undertaking) file().read();
        written = true;
        return read;
    }

    /** Writes it, and creates the directory if need be. What cannot be written is in memory only, until the next time. */
    synchronized void write(Undertaking undertaking) {
        try {
            Files.createDirectories(directory.toPath());
            file().write(undertaking);
            written = true;
            failed = false;
        } catch (IOException e) {
            LOGGER.log(
                    failed ? Level.FINE : Level.WARNING,
                    e,
                    () -> directory + " cannot be written. What was asked for is done all the same.");
            failed = true;
        }
    }

    boolean isWritten() {
        return written;
    }

    /** A log that goes nowhere if it cannot be written. */
    StreamTaskListener openLog() {
        try {
            return new StreamTaskListener(log(), true, StandardCharsets.UTF_8);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> log() + " cannot be written");
            return new StreamTaskListener(OutputStream.nullOutputStream(), StandardCharsets.UTF_8);
        }
    }

    File log() {
        return new File(directory, "log");
    }

    private XmlFile file() {
        return new XmlFile(Jenkins.XSTREAM2, new File(directory, FILE));
    }
}
