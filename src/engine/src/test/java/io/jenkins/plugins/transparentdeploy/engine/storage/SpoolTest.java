package io.jenkins.plugins.transparentdeploy.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolTest {
    @TempDir
    private Path directory;

    /** A few bytes; more than is in memory; records that are larger than what is in memory. */
    @ParameterizedTest
    @ValueSource(ints = {0, 10, 5_000, 3_000_000})
    void yieldsWhatWasAppended(int largest) throws IOException {
        Random random = new Random(largest);
        List<byte[]> records = new ArrayList<>();
        List<Long> addresses = new ArrayList<>();
        try (Spool spool = new Spool()) {
            for (long bytes = 0; records.size() < 10 || bytes < 5L * largest; ) {
                byte[] record = new byte[random.nextInt(largest + 1)];
                random.nextBytes(record);
                records.add(record);
                byte[] surrounded = new byte[record.length + 2];
                System.arraycopy(record, 0, surrounded, 1, record.length);
                addresses.add(spool.append(surrounded, 1, record.length));
                bytes += record.length;
            }
            Spool.Sealed sealed = spool.seal();
            spool.close();

            for (int i = records.size() - 1; i >= 0; i--) {
                assertThat(sealed.read(addresses.get(i))).isEqualTo(records.get(i));
            }
            List<byte[]> inOrder = new ArrayList<>();
            sealed.forEach(inOrder::add);
            assertThat(inOrder)
                    .usingElementComparator(java.util.Arrays::compare)
                    .isEqualTo(records);
        }
    }

    /** A release may have filled it with what it had to say before it was rolled back. */
    @Test
    void whereThereIsNoSpaceForTemporaryFilesAllIsInMemory() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(directory, 1536)) {
            assertSpools(disk.directory());
            disk.fill("dump", 0);
            assertSpools(disk.directory());
        }
        assertSpools(directory.resolve("not there"));
    }

    private static void assertSpools(Path temporary) throws Exception {
        Process child = ChildJvm.start(Spooling.class, List.of("-Djava.io.tmpdir=" + temporary), List.of());
        assertThat(child.inputReader().lines()).as(temporary.toString()).containsExactly("5000 records");
        assertThat(child.waitFor()).isZero();
    }

    static final class Spooling {
        public static void main(String[] args) throws IOException {
            List<Long> addresses = new ArrayList<>();
            try (Spool spool = new Spool()) {
                for (int i = 0; i < 5000; i++) {
                    addresses.add(spool.append(record(i), 0, record(i).length));
                }
                Spool.Sealed sealed = spool.seal();
                for (int i = 0; i < 5000; i++) {
                    if (!java.util.Arrays.equals(sealed.read(addresses.get(i)), record(i))) {
                        throw new IOException("record " + i + " is another one");
                    }
                }
                System.out.println(addresses.size() + " records");
            }
        }

        private static byte[] record(int number) {
            return Integer.toString(number).repeat(150).getBytes(StandardCharsets.US_ASCII);
        }
    }

    @Test
    void anEmptyOneHasNothing() throws IOException {
        try (Spool spool = new Spool()) {
            spool.seal().forEach(record -> {
                throw new AssertionError("a record of " + record.length + " bytes");
            });
        }
    }
}
