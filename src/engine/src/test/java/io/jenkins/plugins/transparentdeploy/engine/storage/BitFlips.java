package io.jenkins.plugins.transparentdeploy.engine.storage;

import java.nio.file.Files;
import java.nio.file.Path;

/** A small file as a failing disk gives it back: with one of its bits another, each in turn. */
public final class BitFlips {
    private BitFlips() {}

    /** Whoever reads the file. */
    @FunctionalInterface
    public interface Reader {
        /** @param damage for people */
        void read(String damage) throws Exception;
    }

    public static void each(Path file, Reader reader) throws Exception {
        each(file, 0, (int) Files.size(file), reader);
    }

    /** @param from first byte that is damaged @param to the one behind the last */
    public static void each(Path file, int from, int to, Reader reader) throws Exception {
        byte[] whole = Files.readAllBytes(file);
        for (int bit = from * Byte.SIZE; bit < to * Byte.SIZE; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            Files.write(file, damaged);
            reader.read("bit %d of byte %d".formatted(bit % Byte.SIZE, bit / Byte.SIZE));
        }
        Files.write(file, whole);
    }
}
