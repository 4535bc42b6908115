package io.jenkins.plugins.transparentdeploy.engine;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What failed, for people: the exceptions of the file system name a file and leave the rest to their class. */
public final class FailureText {
    private FailureText() {}

    /** @return one clause without a full stop, unless the failure itself says more; never blank */
    public static String of(Throwable failure) {
        String said = failure.getMessage();
        if (said == null || said.isBlank()) {
            return failure.toString();
        }
        if (failure instanceof NoSuchFileException) {
            return said + " does not exist";
        }
        if (failure instanceof AccessDeniedException) {
            return "user " + System.getProperty("user.name") + " may not access " + said;
        }
        if (failure instanceof FileAlreadyExistsException) {
            return said + " is there already";
        }
        return failure instanceof NotDirectoryException ? said + " is not a directory" : said;
    }
}
