package io.jenkins.plugins.transparentdeploy.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * A tree of files like those of an application: sizes are log-normal, 5 to 6 KB in the mean; six of ten files are text,
 * three half text, one does not compress. The same for the same number of files, on every machine.
 */
final class GeneratedTree implements SampleTree {
    private static final long SEED = 7;
    private static final int FILES_IN_A_DIRECTORY = 12;
    private static final int PACKAGES_IN_A_MODULE = 25;
    private static final int LARGEST = 400_000;
    private static final double SIZE_MU = 7.8;
    private static final double SIZE_SIGMA = 1.3;
    private static final int WORDS = 4000;

    private final int files;
    private final byte[] prose;

    GeneratedTree(int files) {
        this.files = files;
        this.prose = prose();
    }

    @Override
    public String title() {
        return files + " files";
    }

    @Override
    public int files() {
        return files;
    }

    @Override
    public long writeTo(Path root) throws IOException {
        Random random = new Random(SEED);
        long total = 0;
        for (int i = 0; i < files; i++) {
            Path file = file(root, i);
            if (i % FILES_IN_A_DIRECTORY == 0) {
                Files.createDirectories(file.getParent());
            }
            byte[] content = content(random, i);
            Files.write(file, content, StandardOpenOption.CREATE_NEW);
            total += content.length;
        }
        return total;
    }

    @Override
    public void change(Path root, int round) throws IOException {
        SplittableRandom random = new SplittableRandom(SEED + round);
        int changed = Math.max(1, files / 100);
        int step = files / changed;
        for (int i = 0; i < changed; i++) {
            Path file = file(root, i * step + random.nextInt(step));
            String note = "changed in round " + round + " " + random.nextLong();
            Files.writeString(file, note, StandardOpenOption.APPEND);
        }
    }

    private static Path file(Path root, int number) {
        int directory = number / FILES_IN_A_DIRECTORY;
        return root.resolve("module%03d/package%02d/file%07d.%s"
                .formatted(
                        directory / PACKAGES_IN_A_MODULE,
                        directory % PACKAGES_IN_A_MODULE,
                        number,
                        number % 10 < 6 ? "txt" : "bin"));
    }

    private byte[] content(Random random, int number) {
        int size = (int) Math.min(LARGEST, Math.exp(SIZE_MU + SIZE_SIGMA * random.nextGaussian()));
        byte[] content = new byte[size];
        int noise = number % 10 < 6 ? 0 : number % 10 < 9 ? size / 3 : size;
        if (noise > 0) {
            random.nextBytes(content);
        }
        int text = size - noise;
        int from = random.nextInt(prose.length - text);
        System.arraycopy(prose, from, content, noise, text);
        shuffleWords(random, content, noise);
        return content;
    }

    /** Two files that take their text from the same place are still two texts. */
    private static void shuffleWords(Random random, byte[] content, int from) {
        for (int i = from; i < content.length; i++) {
            if (random.nextInt(40) == 0) {
                content[i] = (byte) ('a' + random.nextInt(26));
            }
        }
    }

    private static byte[] prose() {
        Random random = new Random(SEED);
        String[] words = new String[WORDS];
        for (int i = 0; i < WORDS; i++) {
            StringBuilder word = new StringBuilder();
            for (int length = 2 + random.nextInt(10); length > 0; length--) {
                word.append((char) ('a' + random.nextInt(26)));
            }
            words[i] = word.toString();
        }
        StringBuilder text = new StringBuilder();
        while (text.length() < 8 * LARGEST) {
            // Frequent words are frequent as in a language: Zipf's law.
            int rank = (int) Math.min(WORDS, Math.pow(1 - random.nextDouble(), -1.6));
            text.append(words[rank - 1]).append(random.nextInt(12) == 0 ? '\n' : ' ');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
