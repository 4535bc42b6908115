package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.BundleFormat.Kind;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.BundleFormat.Row;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/** Reads every object from the disk, block by block. */
final class Scrub {
    private final ObjectStore objects;
    private final MessageDigest digest = Sha256.newDigest();
    private final List<ScrubReport.CorruptObject> corrupt = new ArrayList<>();
    private final List<ScrubReport.DamagedFile> damaged = new ArrayList<>();
    private final List<ContentId> lists = new ArrayList<>();
    private long count;

    Scrub(ObjectStore objects) {
        this.objects = objects;
    }

    ScrubReport run() throws IOException {
        objects.bundles().dropCache();
        objects.bundles().refresh();
        for (Path path : objects.bundles().paths()) {
            try {
                Optional<Bundle> bundle = objects.bundles().bundle(path);
                if (bundle.isPresent()) {
                    read(bundle.get());
                }
            } catch (CorruptStateException e) {
                damaged.add(new ScrubReport.DamagedFile(path, e.getMessage()));
            }
        }
        try (Stream<ContentId> ids = objects.loose().ids()) {
            for (ContentId id : (Iterable<ContentId>) ids::iterator) {
                count++;
                verify(id);
            }
        }
        // Their chunks may be in any bundle, so they come last.
        lists.forEach(this::verify);
        return new ScrubReport(count, corrupt, damaged);
    }

    private void read(Bundle bundle) throws IOException {
        List<Row> rows = new ArrayList<>(bundle.size());
        for (int i = 0; i < bundle.size(); i++) {
            rows.add(bundle.row(i));
        }
        rows.sort(Comparator.comparingLong(Row::block));
        count += rows.size();
        long at = -1;
        byte[] block = null;
        String problem = "";
        for (Row row : rows) {
            if (row.block() != at) {
                at = row.block();
                try {
                    block = bundle.block(at);
                } catch (ZipException | EOFException e) {
                    block = null;
                    problem = e.getMessage();
                }
            }
            if (block == null) {
                report(bundle, row.id(), problem);
            } else if (row.kind() == Kind.CHUNKS) {
                lists.add(row.id());
            } else {
                compare(bundle, row, block);
            }
        }
    }

    private void compare(Bundle bundle, Row row, byte[] block) {
        boolean inside = row.offset() >= 0 && row.length() >= 0 && row.offset() <= block.length - row.length();
        if (!inside) {
            report(bundle, row.id(), "it has an object outside its block");
            return;
        }
        ContentId found = ContentId.of(digest, block, row.offset(), row.length());
        if (!found.equals(row.id())) {
            report(bundle, row.id(), "its content has the id " + found);
        }
    }

    private void verify(ContentId id) {
        try {
            objects.verify(id);
        } catch (CorruptStateException e) {
            corrupt.add(new ScrubReport.CorruptObject(id, e.getMessage()));
        } catch (IOException e) {
            corrupt.add(new ScrubReport.CorruptObject(id, "It cannot be read: " + e));
        }
    }

    /** What a younger bundle has whole is not read from this one. */
    private void report(Bundle bundle, ContentId id, String problem) {
        try {
            objects.verify(id);
            return;
        } catch (IOException | CorruptStateException e) {
            // It is the one that is read.
        }
        corrupt.add(new ScrubReport.CorruptObject(
                id, VerifyingInputStream.corrupt(bundle.path(), problem).getMessage()));
    }
}
