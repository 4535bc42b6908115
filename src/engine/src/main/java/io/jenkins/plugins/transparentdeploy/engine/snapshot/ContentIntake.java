package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.ObjectStore.Stored;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Takes the contents of files one after the other, each as long as it is known to be, and verified when it ends. */
public final class ContentIntake extends OutputStream {
    private final SnapshotStore store;
    private final ObjectBatch batch;
    private final Packer packer;
    private final List<FileEntry> files;
    private int next;
    private Packer.Sink sink;
    private long missing;

    ContentIntake(SnapshotStore store, ObjectBatch batch, List<FileEntry> files) {
        this.store = store;
        this.batch = batch;
        this.packer = batch.packer();
        this.files = List.copyOf(files);
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    /** @throws IOException if a content is not the one that its file is said to have */
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            begin();
            if (sink == null) {
                throw new IOException("There is more than the contents of " + files.size() + " files");
            }
            int count = (int) Math.min(length - done, missing);
            sink.write(bytes, offset + done, count);
            done += count;
            missing -= count;
            end();
        }
    }

    /**
     * Stores all of it, with a manifest; durable on return.
     *
     * @throws IOException if contents are missing; nothing is stored then
     */
    public void commit(Manifest manifest) throws IOException {
        begin();
        if (sink != null) {
            throw new IOException("The content of '" + files.get(next).path() + "' is missing or cut off");
        }
        batch.giveBack(packer);
        store.commit(batch, manifest);
    }

    /** Takes back what was not committed. */
    @Override
    public void close() throws IOException {
        batch.close();
    }

    /** Opens the next file that has bytes to come; those before it are empty. */
    private void begin() throws IOException {
        while (sink == null && next < files.size()) {
            sink = packer.sink();
            missing = files.get(next).size();
            end();
        }
    }

    private void end() throws IOException {
        if (missing > 0) {
            return;
        }
        FileEntry file = files.get(next++);
        Stored stored = sink.stored();
        sink = null;
        if (!stored.id().equals(file.content())) {
            throw new IOException("The content of '" + file.path() + "' changed while it was read");
        }
    }
}
