package io.jenkins.plugins.transparentdeploy.records;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.logging.Logger;

/**
 * What is not there any more, such as the environment of a branch that was merged, leaves all pages. Its history is not deleted
 * but moved to {@code transparent-deploy/forgotten}; what is released there later has a new one.
 */
public final class Forgetting {
    private static final Logger LOGGER = Logger.getLogger(Forgetting.class.getName());
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);

    private Forgetting() {}

    /**
     * Whether somebody may is for the caller to see to.
     *
     * @param who for the log
     * @throws IOException if it could not be moved; then it is there as before
     */
    public static void forget(ReleaseHistory history, String who) throws IOException {
        BuildMarks.removeAll(history);
        Path aside;
        try {
            aside = moveAside(history);
        } catch (IOException e) {
            BuildMarks.update(history, Set.of());
            throw e;
        }
        LOGGER.info(() -> who + " had Jenkins forget " + history.getService() + "/" + history.getEnvironment()
                + ". Its history is in " + aside);
    }

    private static Path moveAside(ReleaseHistory history) throws IOException {
        Path directory = history.directory();
        Path ofService = ReleaseHistory.root().resolveSibling("forgotten").resolve(history.getService());
        Path aside = ofService.resolve(history.getEnvironment() + "-" + TIME.format(Instant.now()));
        synchronized (ReleaseHistory.class) { // nothing is remembered meanwhile
            Files.createDirectories(ofService);
            Files.move(directory, aside, StandardCopyOption.ATOMIC_MOVE);
            Histories.get().drop(directory);
            ReleasingJobs.get().remove(history);
        }
        return aside;
    }
}
