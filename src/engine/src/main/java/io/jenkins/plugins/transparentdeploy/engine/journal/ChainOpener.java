package io.jenkins.plugins.transparentdeploy.engine.journal;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.storage.AppendOnlyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds out where a chain goes on: after its checkpoint, or, if that is lost, after its first record. */
final class ChainOpener {
    private final List<Segment> segments;
    private final Optional<Checkpoint> checkpoint;
    private final ChainReader chain;

    private ChainOpener(List<Segment> segments, Optional<Checkpoint> checkpoint, ChainReader chain) {
        this.segments = segments;
        this.checkpoint = checkpoint;
        this.chain = chain;
    }

    /** @throws CorruptStateException if the chain is broken, or its tail is missing */
    static ChainOpener read(Path directory) throws IOException {
        List<Segment> segments = Segment.allIn(directory);
        Optional<Checkpoint> known = Checkpoint.read(directory);
        Optional<Checkpoint> fitting = known.isPresent() && known.get().fits(segments) ? known : Optional.empty();
        ChainReader chain =
                fitting.isPresent() ? ChainReader.after(segments, fitting.get()) : ChainReader.ofAll(segments, known);
        Optional<ChainReader.Break> broken = chain.read(record -> {});
        if (broken.isPresent() && broken.get().isNewer()) {
            throw broken.get().exception();
        }
        if (broken.isPresent() || known.isPresent() && fitting.isEmpty()) {
            requireIntact(directory);
        }
        return new ChainOpener(segments, fitting, chain);
    }

    private static void requireIntact(Path directory) throws IOException {
        JournalReport report = JournalFiles.verify(directory);
        if (!report.intact()) {
            throw JournalFiles.corrupt(report);
        }
    }

    List<Segment> segments() {
        return segments;
    }

    /** The last good record; empty if there is none. */
    Optional<Checkpoint> last() {
        return chain.last();
    }

    /** Returns a note for the journal; empty if nothing is torn. */
    Optional<String> setTornTailAside() throws IOException {
        return chain.tornFrom().isEmpty()
                ? Optional.empty()
                : Optional.of(TornLine.setAside(
                        segments.get(segments.size() - 1).file(),
                        chain.tornFrom().get()));
    }

    /** To be written to, with all that is in it durable; empty if there is none yet. */
    Optional<AppendOnlyFile> openLastSegment() throws IOException {
        if (segments.isEmpty()) {
            return Optional.empty();
        }
        Segment segment = segments.get(segments.size() - 1);
        long durable = checkpoint
                .filter(one -> one.segment() == segment.number())
                .map(Checkpoint::end)
                .orElse(0L);
        return Optional.of(AppendOnlyFile.reopen(segment.file(), durable));
    }
}
