package io.jenkins.plugins.transparentdeploy.engine.journal;

import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.CreateEntry;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.DeleteEntry;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.FileOperation;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.UpdateEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Operations on files and links as places in a {@link Delta}, so that those on a whole tree fit into memory. */
final class PlannedOperations extends AbstractList<FileOperation> {
    private enum Kind {
        CREATION,
        UPDATE,
        DELETION,
        /** As it is in {@link #others}. */
        OTHER
    }

    private static final int KIND_SHIFT = 32;

    private final String instance;
    private final Delta delta;
    private final List<FileOperation> others = new ArrayList<>();
    private long[] places = new long[16];
    private int size;

    PlannedOperations(String instance, Delta delta) {
        this.instance = instance;
        this.delta = delta;
    }

    void addCreation(int number) {
        add(Kind.CREATION, number);
    }

    void addUpdate(int number) {
        add(Kind.UPDATE, number);
    }

    void addDeletion(int number) {
        add(Kind.DELETION, number);
    }

    @Override
    public boolean add(FileOperation operation) {
        others.add(operation);
        add(Kind.OTHER, others.size() - 1);
        return true;
    }

    private void add(Kind kind, int number) {
        if (size == places.length) {
            places = Arrays.copyOf(places, size + (size >> 1));
        }
        places[size++] = (long) kind.ordinal() << KIND_SHIFT | number;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public FileOperation get(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        int number = (int) places[index];
        return switch (Kind.values()[(int) (places[index] >>> KIND_SHIFT)]) {
            case CREATION -> new CreateEntry(instance, delta.created().get(number));
            case UPDATE -> {
                Delta.Change change = delta.updated().get(number);
                yield new UpdateEntry(instance, change.before(), change.after());
            }
            case DELETION -> new DeleteEntry(instance, delta.deleted().get(number));
            case OTHER -> others.get(number);
        };
    }
}
