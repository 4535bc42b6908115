package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.storage.ChildJvm;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** As objects these entries would take some 110 MB. */
class SmallHeapTest {
    private static final int FILES = 500_000;
    private static final int IN_A_DIRECTORY = 20;

    @Test
    void aManifestOfHalfAMillionFilesFitsInto24MebibytesOfHeap() throws Exception {
        Process child = ChildJvm.start(InASmallHeap.class, List.of("-Xmx24m"), List.of());
        assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(child.exitValue()).isZero();
    }

    /** Reads two manifests of which one file in a hundred differs, and compares them. */
    static final class InASmallHeap {
        public static void main(String[] args) throws IOException {
            Manifest before = ManifestFormat.parse(new Lines(1), "The test's manifest");
            Manifest after = ManifestFormat.parse(new Lines(2), "The test's manifest");
            Delta delta = Delta.between(before, after);
            require(before.entries().size() == FILES + FILES / IN_A_DIRECTORY, "entries");
            require(delta.created().isEmpty() && delta.deleted().isEmpty(), "paths");
            require(delta.updated().size() == FILES / 100, "changes");
            require(delta.contentUpdates() == FILES / 100, "contents");
            require(before.find(path(FILES / 2)).isPresent(), "find");
            require(before.find(path(FILES)).isEmpty(), "find what is not there");
            require(!before.contentRoot().equals(after.contentRoot()), "content roots");
            require(before.id().equals(idOf(new Lines(1))), "id");
        }

        private static void require(boolean condition, String what) {
            if (!condition) {
                throw new AssertionError(what);
            }
        }
    }

    private static String path(int number) {
        return "directory%06d/file%07d.txt".formatted(number / IN_A_DIRECTORY, number);
    }

    private static ContentId idOf(InputStream content) throws IOException {
        MessageDigest digest = Sha256.newDigest();
        try (InputStream in = new DigestInputStream(content, digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return ContentId.of(digest);
    }

    /** A manifest as it is written, made while it is read. */
    private static final class Lines extends SequenceInputStream {
        /** @param changed what is in one file of a hundred */
        Lines(int changed) {
            super(new Enumeration<>() {
                private int next = -1;

                @Override
                public boolean hasMoreElements() {
                    return next < FILES;
                }

                @Override
                public InputStream nextElement() {
                    String text = next < 0 ? header() : (next % IN_A_DIRECTORY == 0 ? directory() : "") + file();
                    next++;
                    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
                }

                private String header() {
                    return "{\"format\":\"transparent-deploy-manifest\",\"version\":1,\"entries\":%d}\n"
                            .formatted(FILES + FILES / IN_A_DIRECTORY);
                }

                private String directory() {
                    return "{\"type\":\"directory\",\"path\":\"%s\",\"mode\":\"0755\",\"owner\":\"shop:shop\"}\n"
                            .formatted(EntryPath.parentOf(path(next)).orElseThrow());
                }

                private String file() {
                    ContentId content = ContentId.of(
                            (next % 100 == 0 ? "changed " + changed : "file " + next).getBytes(StandardCharsets.UTF_8));
                    return ("{\"type\":\"file\",\"path\":\"%s\",\"mode\":\"0644\",\"modified\":\"2026-11-21T10:15:30.123456789Z\","
                                    + "\"owner\":\"shop:shop\",\"size\":%d,\"content\":\"%s\"}\n")
                            .formatted(path(next), next, content);
                }
            });
        }
    }
}
