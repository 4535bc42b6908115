package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.DirectoryEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SymlinkEntry;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The digest that a host computes of a tree, computed of a manifest: the SHA-256 of what {@code state} in
 * {@code common.sh} writes. It depends on the dialect, so it is compared and not kept.
 */
final class TreeDigest {
    private TreeDigest() {}

    static String of(Manifest tree, Dialect dialect) {
        MessageDigest digest = Sha256.newDigest();
        for (ManifestEntry entry : tree.entries()) {
            if (entry instanceof DirectoryEntry directory) {
                add(digest, octal(directory.mode().bits()) + " ./" + directory.path() + '\n');
            }
        }
        List<FileEntry> files = tree.files();
        for (FileEntry file : files) {
            add(digest, octal(file.mode().bits()) + ' ' + time(file, dialect) + " ./" + file.path() + '\n');
        }
        for (FileEntry file : files) {
            add(digest, file.content().hex() + "  ./" + file.path() + (dialect.zero() ? '\0' : '\n'));
        }
        links(tree).forEach(digest::update);
        return Sha256.spell(digest.digest());
    }

    private static List<byte[]> links(Manifest tree) {
        List<byte[]> links = new ArrayList<>();
        for (ManifestEntry entry : tree.entries()) {
            if (entry instanceof SymlinkEntry link) {
                links.add(("./" + link.path() + "//" + link.target() + '\0').getBytes(StandardCharsets.UTF_8));
            }
        }
        links.sort(Arrays::compareUnsigned);
        return links;
    }

    private static String time(FileEntry file, Dialect dialect) {
        return dialect.nanoseconds()
                ? Dialect.exactly(file.modified())
                : Long.toString(file.modified().getEpochSecond());
    }

    private static String octal(int bits) {
        return Integer.toOctalString(bits);
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
    }
}
