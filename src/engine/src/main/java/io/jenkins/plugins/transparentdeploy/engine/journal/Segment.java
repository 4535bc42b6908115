package io.jenkins.plugins.transparentdeploy.engine.journal;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The part of a journal that one release run wrote.
 *
 * @param number position, from 1
 * @param releaseId the release
 * @param file its file
 */
public record Segment(int number, String releaseId, Path file) {
    private static final Pattern NAME = Pattern.compile("(\\d{6,})-([A-Za-z0-9][A-Za-z0-9._-]{0,99})\\.jsonl");
    private static final Pattern RELEASE_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    /** @throws IllegalArgumentException if the release id cannot be part of a file name */
    public Segment {
        if (!RELEASE_ID.matcher(releaseId).matches()) {
            throw new IllegalArgumentException(
                    "Not a release id (letters, digits, '.', '_', '-', at most 100): '" + releaseId + "'");
        }
    }

    static Segment inDirectory(Path directory, int number, String releaseId) {
        return new Segment(number, releaseId, directory.resolve("%06d-%s.jsonl".formatted(number, releaseId)));
    }

    /** All segments in a directory, in order; none if the directory is missing. */
    static List<Segment> allIn(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Segment> segments;
        try (Stream<Path> files = Files.list(directory)) {
            segments = files.flatMap(Segment::parse)
                    .sorted((left, right) -> Integer.compare(left.number, right.number))
                    .toList();
        }
        for (int i = 0; i < segments.size(); i++) {
            if (segments.get(i).number != i + 1) {
                throw new CorruptStateException(
                        "The journal " + directory + " has no segment " + (i + 1) + ", or has it twice",
                        "Put the missing file back from a build's artifacts");
            }
        }
        return segments;
    }

    private static Stream<Segment> parse(Path file) {
        Matcher matcher = NAME.matcher(file.getFileName().toString());
        return matcher.matches()
                ? Stream.of(new Segment(Integer.parseInt(matcher.group(1)), matcher.group(2), file))
                : Stream.empty();
    }
}
