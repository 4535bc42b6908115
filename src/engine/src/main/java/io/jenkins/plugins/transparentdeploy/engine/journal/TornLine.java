package io.jenkins.plugins.transparentdeploy.engine.journal;

import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Half a record, left by a writer that died while writing it. */
final class TornLine {
    private TornLine() {}

    /** Cuts the segment off there, having copied the rest to a file beside it; returns a note for the journal. */
    static String setAside(Path segment, long from) throws IOException {
        byte[] torn;
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ)) {
            torn = new byte[Math.toIntExact(channel.size() - from)];
            ByteBuffer buffer = ByteBuffer.wrap(torn);
            while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
                // Until all of it is read.
            }
        }
        Path aside = unused(segment);
        DurableFiles.write(aside, torn);
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.truncate(from);
            channel.force(true);
        }
        return "Set aside " + torn.length + " bytes of a record that was not finished, in " + aside.getFileName();
    }

    private static Path unused(Path segment) {
        int number = 1;
        Path aside;
        do {
            aside = segment.resolveSibling(segment.getFileName() + ".torn-" + number++);
        } while (Files.exists(aside));
        return aside;
    }
}
