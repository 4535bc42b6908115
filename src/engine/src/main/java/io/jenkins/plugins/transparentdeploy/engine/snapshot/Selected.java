package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Some entries of manifests, by their numbers: four bytes each instead of an object. Going through them in order costs least.
 *
 * @param <T> what is made of a number
 */
abstract class Selected<T> extends AbstractList<T> {
    private int[] numbers = new int[8];
    private int size;

    final void addNumber(int number) {
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, size + (size >> 1));
        }
        numbers[size++] = number;
    }

    final int number(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        return numbers[index];
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public T get(int index) {
        return reading().read(index);
    }

    @Override
    public Iterator<T> iterator() {
        Reading<T> reading = reading();
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < size;
            }

            @Override
            public T next() {
                if (next >= size) {
                    throw new NoSuchElementException();
                }
                return reading.read(next++);
            }
        };
    }

    /** Makes what is selected, best in order. */
    interface Reading<T> {
        T read(int index);
    }

    abstract Reading<T> reading();

    /** Entries of one manifest. */
    static final class Entries extends Selected<ManifestEntry> {
        private final PackedEntries from;

        Entries(PackedEntries from) {
            this.from = from;
        }

        void add(int number) {
            addNumber(number);
        }

        @Override
        Reading<ManifestEntry> reading() {
            PackedEntries.Cursor cursor = from.cursor();
            return index -> {
                cursor.moveTo(number(index));
                return cursor.entry();
            };
        }
    }

    /** Paths of two manifests. */
    static final class Changes extends Selected<Delta.Change> {
        private final Entries before;
        private final PackedEntries to;

        Changes(PackedEntries from, PackedEntries to) {
            this.before = new Entries(from);
            this.to = to;
        }

        void add(int numberBefore, int numberAfter) {
            before.add(numberBefore);
            addNumber(numberAfter);
        }

        @Override
        Reading<Delta.Change> reading() {
            PackedEntries.Cursor after = to.cursor();
            Reading<ManifestEntry> was = before.reading();
            return index -> {
                after.moveTo(number(index));
                return new Delta.Change(was.read(index), after.entry());
            };
        }
    }
}
