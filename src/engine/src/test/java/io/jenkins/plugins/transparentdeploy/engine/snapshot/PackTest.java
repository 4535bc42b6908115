package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackTest {
    private static final int TAG = 16;
    private static KeyPair recipient;
    private static KeyPair stranger;

    @TempDir
    Path directory;

    private SnapshotStore origin;
    private SnapshotStore destination;

    @BeforeAll
    static void makeKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        recipient = generator.generateKeyPair();
        stranger = generator.generateKeyPair();
    }

    @BeforeEach
    void open() throws IOException {
        origin = SnapshotStore.open(directory.resolve("origin"));
        destination = SnapshotStore.open(directory.resolve("destination"));
    }

    @AfterEach
    void close() throws IOException {
        origin.close();
        destination.close();
    }

    @Test
    void bringsSnapshotsToAnotherStore() throws IOException {
        TestTree tree = TestTree.in(directory.resolve("app"));
        byte[] noise = new byte[300_000];
        new Random(1).nextBytes(noise);
        Files.write(tree.root().resolve("noise"), noise);
        Manifest first = origin.capture(tree.file("a", "one").root(), ManagedPaths.ALL);
        Manifest second = origin.capture(tree.file("a", "two").file("empty", "").root(), ManagedPaths.ALL);
        origin.objects().put("not part of it".getBytes(StandardCharsets.UTF_8));
        byte[] pack = pack(List.of(first, second));

        List<ContentId> manifests = read(pack);
        List<ContentId> again = read(pack);

        assertThat(manifests).containsExactly(first.id(), second.id()).isEqualTo(again);
        assertThat(destination.load(second.id())).isEqualTo(second);
        assertThat(destination.verify()).isEqualTo(new ScrubReport(6, List.of(), List.of()));
        assertThat(new String(pack, StandardCharsets.ISO_8859_1)).doesNotContain("noise");
    }

    @Test
    void replacesACorruptObject() throws IOException {
        Manifest manifest = smallSnapshot();
        byte[] pack = pack(List.of(manifest));
        StoreDamage.corrupt(origin.directory(), manifest.files().get(0).content());
        assertThat(origin.verify().isClean()).isFalse();

        PackReader.read(new ByteArrayInputStream(pack), recipient.getPrivate(), origin);

        assertThat(origin.verify().isClean()).isTrue();
    }

    @Test
    void isRefusedWithAnotherKey() throws IOException {
        byte[] pack = pack(List.of(smallSnapshot()));

        assertThatThrownBy(() -> PackReader.read(new ByteArrayInputStream(pack), stranger.getPrivate(), destination))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(PackKey.idOf(recipient.getPublic()));
        assertThat(objectsOf(destination)).isEmpty();
    }

    @Test
    void isOpenedWithItsOwnKeyThatTheRecipientHandsOnAndNoOther() throws Exception {
        Manifest manifest = smallSnapshot();
        byte[] pack = pack(List.of(manifest));
        byte[] other = pack(List.of(manifest));
        PackHeader header = PackHeader.read(new ByteArrayInputStream(pack)).header();
        String text = "transparent-deploy-pack-key "
                + Base64.getEncoder()
                        .encodeToString(PackKey.unwrap(header.wrappedKey(), recipient.getPrivate())
                                .getEncoded());
        SecretKey own = PackKey.parse(text + "\n").orElseThrow();

        assertThatThrownBy(() -> PackReader.read(new ByteArrayInputStream(other), own, destination))
                .isInstanceOf(CorruptStateException.class);
        assertThat(objectsOf(destination)).isEmpty();
        assertThat(PackReader.read(new ByteArrayInputStream(pack), own, destination))
                .containsExactly(manifest.id());
        assertThat(PackKey.parse("transparent-deploy-pack-key c2hvcnQ=")).isEmpty();
        assertThat(PackKey.parse("transparent-deploy-pack-key ?")).isEmpty();
    }

    @Test
    void everyFlippedBitOfASmallPackIsFound() throws IOException {
        byte[] pack = pack(List.of(smallSnapshot()));
        for (int i = 0; i < pack.length; i++) {
            byte[] flipped = pack.clone();
            flipped[i] ^= (byte) (1 << i % 8);

            assertThatThrownBy(() -> read(flipped))
                    .as("byte %d of %d", i, pack.length)
                    .isInstanceOfAny(CorruptStateException.class, RefusedException.class);
        }
        assertThat(objectsOf(destination)).isEmpty();
    }

    @Test
    void everyCutOffPackIsFound() throws IOException {
        byte[] pack = pack(List.of(smallSnapshot()));
        for (int length = 0; length < pack.length; length++) {
            byte[] cut = Arrays.copyOf(pack, length);

            assertThatThrownBy(() -> read(cut)).as("length %d", length).isInstanceOf(CorruptStateException.class);
        }
        assertThatThrownBy(() -> read(Arrays.copyOf(pack, pack.length + 1))).isInstanceOf(CorruptStateException.class);
        assertThat(objectsOf(destination)).isEmpty();
    }

    @Test
    void aCorruptObjectIsNotExported() throws IOException {
        Manifest manifest = smallSnapshot();
        StoreDamage.corrupt(origin.directory(), manifest.files().get(0).content());
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        assertThatThrownBy(() -> PackWriter.write(out, List.of(manifest), origin, recipient.getPublic()))
                .isInstanceOf(CorruptStateException.class);

        assertThatThrownBy(() -> read(out.toByteArray())).isInstanceOf(CorruptStateException.class);
    }

    @Test
    void refusesAKeyThatIsTooShort() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        KeyPair weak = generator.generateKeyPair();

        assertThatThrownBy(() -> PackWriter.write(
                        OutputStream.nullOutputStream(), List.of(smallSnapshot()), origin, weak.getPublic()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("2048");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {0, 1, SealedStream.CHUNK - 1, SealedStream.CHUNK, SealedStream.CHUNK + 1, 3 * SealedStream.CHUNK})
    void sealedStreamsOfAnyLengthComeBack(int length) throws IOException {
        SecretKey key = PackKey.fresh();
        byte[] plain = new byte[length];
        new Random(length).nextBytes(plain);

        assertThat(unseal(seal(plain, key), key)).isEqualTo(plain);
    }

    @Test
    void swappedRepeatedAndMissingChunksAreFound() throws IOException {
        SecretKey key = PackKey.fresh();
        byte[] sealed = seal(new byte[3 * SealedStream.CHUNK + 5], key);
        int chunk = SealedStream.CHUNK + TAG;
        byte[] first = Arrays.copyOfRange(sealed, 0, chunk);
        byte[] second = Arrays.copyOfRange(sealed, chunk, 2 * chunk);
        byte[] third = Arrays.copyOfRange(sealed, 2 * chunk, 3 * chunk);
        byte[] last = Arrays.copyOfRange(sealed, 3 * chunk, sealed.length);

        assertThat(unseal(join(first, second, third, last), key)).hasSize(3 * SealedStream.CHUNK + 5);
        for (byte[] forged : List.of(
                join(second, first, third, last),
                join(first, first, third, last),
                join(first, third, last),
                join(first, second, third),
                join(first, second),
                join(last),
                join(first, second, third, last, last),
                join(first, last, second, third))) {
            assertThatThrownBy(() -> unseal(forged, key)).isInstanceOf(CorruptStateException.class);
        }
    }

    private Manifest smallSnapshot() throws IOException {
        return origin.capture(
                TestTree.in(directory.resolve("small")).file("a", "secret").root(), ManagedPaths.ALL);
    }

    private byte[] pack(List<Manifest> manifests) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PackWriter.write(out, manifests, origin, recipient.getPublic());
        return out.toByteArray();
    }

    private List<ContentId> read(byte[] pack) throws IOException {
        return PackReader.read(new ByteArrayInputStream(pack), recipient.getPrivate(), destination);
    }

    private static byte[] seal(byte[] plain, SecretKey key) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream sealed = SealedStream.sealing(out, key, new byte[] {1})) {
            sealed.write(plain);
        }
        return out.toByteArray();
    }

    private static byte[] unseal(byte[] sealed, SecretKey key) throws IOException {
        try (InputStream in = SealedStream.opening(new ByteArrayInputStream(sealed), key, new byte[] {1})) {
            return in.readAllBytes();
        }
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static List<Path> objectsOf(SnapshotStore store) throws IOException {
        return StoreDamage.bundlesOf(store.directory());
    }
}
