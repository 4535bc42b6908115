package io.jenkins.plugins.transparentdeploy.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** An application as it was published, unpacked. */
final class ApplicationTree implements SampleTree {
    private final Path unpacked;
    private final List<Path> files;

    ApplicationTree(Path unpacked) throws IOException {
        this.unpacked = unpacked;
        try (Stream<Path> walked = Files.walk(unpacked)) {
            this.files = walked.filter(Files::isRegularFile)
                    .map(unpacked::relativize)
                    .sorted()
                    .toList();
        }
        if (files.isEmpty()) {
            throw new IOException(unpacked + " has no files to measure with");
        }
    }

    @Override
    public String title() {
        return unpacked.getFileName() + ", " + files.size() + " files";
    }

    @Override
    public int files() {
        return files.size();
    }

    @Override
    public long writeTo(Path root) throws IOException {
        long total = 0;
        for (Path file : files) {
            Path copy = root.resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(unpacked.resolve(file), copy);
            total += Files.size(copy);
        }
        return total;
    }

    @Override
    public void change(Path root, int round) throws IOException {
        SplittableRandom random = new SplittableRandom(round);
        for (int changed = Math.max(1, files.size() / 100); changed > 0; changed--) {
            Path file = root.resolve(files.get(random.nextInt(files.size())));
            Files.writeString(file, "changed in round " + round + " " + random.nextLong(), StandardOpenOption.APPEND);
        }
    }
}
