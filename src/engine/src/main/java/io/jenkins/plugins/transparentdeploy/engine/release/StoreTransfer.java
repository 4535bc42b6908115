package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.PackReader;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.PackWriter;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;

/** Brings content from one store on this host into another: as a pack, of which nothing enters before all is verified. */
final class StoreTransfer {
    private static final int KEY_BITS = 2048;

    private StoreTransfer() {}

    static void copy(Manifest manifest, SnapshotStore from, SnapshotStore to) throws IOException {
        KeyPair once = keyForOnce();
        Path pack = to.newStagingPath();
        try {
            try (OutputStream out = Files.newOutputStream(pack)) {
                PackWriter.write(out, List.of(manifest), from, once.getPublic());
            }
            try (InputStream in = Files.newInputStream(pack)) {
                PackReader.read(in, once.getPrivate(), to);
            }
        } finally {
            Files.deleteIfExists(pack);
        }
    }

    private static KeyPair keyForOnce() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(KEY_BITS);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has RSA", e);
        }
    }
}
