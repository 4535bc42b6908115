package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * What a release is filled with: two scripts, then a tar archive of files from the store. Made as it is read, so that memory
 * is bounded. Long names are written the way that GNU tar and BusyBox both read, times with fractions the way of POSIX,
 * which BusyBox skips.
 */
final class Upload extends InputStream {
    private static final int PORTION = 64 * 1024;

    private final ObjectStore objects;
    private final Iterator<FileEntry> files;
    private final int uid;
    private final int gid;
    private final Ready ready = new Ready();
    private final TarArchiveOutputStream tar;
    private final boolean nanoseconds;
    private final byte[] portion = new byte[PORTION];
    private InputStream content;
    private volatile boolean complete;
    private volatile Throwable failure;

    /** Bytes that were made and not read yet. */
    private static final class Ready extends ByteArrayOutputStream {
        private int read;

        int take(byte[] buffer, int offset, int length) {
            int taken = Math.min(length, count - read);
            System.arraycopy(buf, read, buffer, offset, taken);
            read += taken;
            if (read == count) {
                reset();
                read = 0;
            }
            return taken;
        }
    }

    Upload(ObjectStore objects, FillScripts scripts, Dialect dialect, Optional<String> owner) throws IOException {
        this.objects = objects;
        List<FileEntry> missing = scripts.missing();
        missing.sort(Comparator.comparing(FileEntry::content, objects.readingOrder(missing)));
        this.files = missing.iterator();
        String[] ids = owner.orElse("0:0").split(":");
        this.uid = Integer.parseInt(ids[0]);
        this.gid = Integer.parseInt(ids[1]);
        OutputStream out = dialect.gzip() ? new Fast(ready) : ready;
        out.write(scripts.before());
        out.write(scripts.after());
        this.tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        this.nanoseconds = dialect.nanoseconds();
    }

    private static final class Fast extends GZIPOutputStream {
        Fast(OutputStream out) throws IOException {
            super(out, PORTION);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /** Why it could not be read to its end, if it could not: whoever reads it may not say so. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            while (ready.size() == 0 && !complete) {
                step();
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
            throw new IOException("The content of a release could not be read", e);
        }
        return length == 0 ? 0 : ready.size() == 0 ? -1 : ready.take(buffer, offset, length);
    }

    private void step() throws IOException {
        if (content != null) {
            int count = content.read(portion);
            if (count >= 0) {
                tar.write(portion, 0, count);
            } else {
                content.close();
                content = null;
                tar.closeArchiveEntry();
            }
        } else if (files.hasNext()) {
            FileEntry file = files.next();
            content = objects.open(file.content());
            if (nanoseconds && file.modified().getNano() != 0) {
                putTime(file.modified());
            }
            tar.putArchiveEntry(entryOf(file));
        } else {
            tar.close();
            complete = true;
        }
    }

    /** An extended header for the next entry; the one that the library would write is exact to 100 nanoseconds only. */
    private void putTime(Instant time) throws IOException {
        String record = " mtime=" + Dialect.exactly(time) + "\n";
        int length = record.length() + 2;
        byte[] header = (length + record).getBytes(StandardCharsets.US_ASCII);
        TarArchiveEntry entry = new TarArchiveEntry("./PaxHeaders/time", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
        entry.setSize(header.length);
        tar.putArchiveEntry(entry);
        tar.write(header);
        tar.closeArchiveEntry();
    }

    private TarArchiveEntry entryOf(FileEntry file) {
        TarArchiveEntry entry = new TarArchiveEntry("./" + file.path());
        entry.setSize(file.size());
        entry.setMode(file.mode().bits());
        entry.setLastModifiedTime(FileTime.from(file.modified().truncatedTo(ChronoUnit.SECONDS)));
        entry.setIds(uid, gid);
        return entry;
    }

    @Override
    public void close() throws IOException {
        if (content != null) {
            content.close();
        }
    }
}
