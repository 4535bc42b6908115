package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileStat;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The user that this process is.
 *
 * @param uid its number, 0 for root
 */
record Account(int uid) {
    /** Found out by creating a file, which every POSIX system can do. */
    static Account current(SnapshotStore store) throws IOException {
        Path probe = Files.createFile(store.newStagingPath());
        try {
            return new Account(FileStat.of(probe).uid());
        } finally {
            Files.delete(probe);
        }
    }

    boolean isRoot() {
        return uid == 0;
    }

    /** Whether it may change mode and times of a file. */
    boolean owns(FileStat stat) {
        return isRoot() || stat.uid() == uid;
    }
}
