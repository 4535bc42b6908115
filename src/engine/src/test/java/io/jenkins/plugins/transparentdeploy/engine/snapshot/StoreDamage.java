package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What failing disks and careless people do to a store. */
public final class StoreDamage {
    private StoreDamage() {}

    /** The files with objects in them. */
    public static List<Path> bundlesOf(Path store) throws IOException {
        try (Stream<Path> files = Files.list(store.resolve("bundles"))) {
            return files.toList();
        }
    }

    /** The file with this object in it. */
    public static Path bundleOf(Path store, ContentId id) throws IOException {
        for (Path path : bundlesOf(store)) {
            try (Bundle bundle = Bundle.open(path)) {
                if (bundle.find(id).isPresent()) {
                    return path;
                }
            }
        }
        throw new IllegalArgumentException(id + " is not in " + store);
    }

    /** Flips a bit in what is stored of this object. @return the file with it */
    public static Path corrupt(Path store, ContentId id) throws IOException {
        return corruptIn(bundleOf(store, id), id);
    }

    /** As {@link #corrupt}, where an object is in several. */
    static Path corruptIn(Path path, ContentId id) throws IOException {
        long last;
        try (Bundle bundle = Bundle.open(path)) {
            Optional<BundleFormat.Row> row = bundle.find(id);
            long block = row.orElseThrow().block();
            last = block + bundle.storedSize(block) - 1;
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer octet = ByteBuffer.allocate(1);
            channel.read(octet, last);
            octet.put(0, (byte) (octet.get(0) ^ 1));
            channel.write(octet.flip(), last);
        }
        return path;
    }
}
