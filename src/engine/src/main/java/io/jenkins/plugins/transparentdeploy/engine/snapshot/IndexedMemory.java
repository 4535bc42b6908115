package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Recalls from one index and remembers in the next.
 *
 * @param before what was remembered
 * @param after what is remembered from now on
 * @param now the filesystem's time when the scan began
 * @param usable whether a content that is recalled is where it is wanted
 */
record IndexedMemory(StatIndex before, StatIndexWriter after, FileTime now, Predicate<ContentId> usable)
        implements TreeScanner.Memory {

    @Override
    public TreeScanner.DirectoryMemory enter(String path) {
        StatIndex.Directory was = before.directory(path);
        StatIndex.NewDirectory found = new StatIndex.NewDirectory(now);
        return new TreeScanner.DirectoryMemory() {
            @Override
            public Optional<ContentId> recall(byte[] name, FileStat stat) {
                return was.find(name, stat).filter(usable);
            }

            @Override
            public void remember(byte[] name, FileStat stat, Owner owner, ContentId content) throws IOException {
                found.remember(name, stat, owner, content);
                endPieceIfFull();
            }

            @Override
            public void remember(byte[] name, FileStat stat, Owner owner) throws IOException {
                found.remember(name, stat, owner);
                endPieceIfFull();
            }

            private void endPieceIfFull() throws IOException {
                if (found.isFull()) {
                    after.add(path, found, was);
                    found.clear();
                }
            }

            @Override
            public void leave() throws IOException {
                after.add(path, found, was);
            }
        };
    }
}
