package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Two sorted sequences as one.
 *
 * @param <T> never null
 */
final class Merged<T> implements Iterator<T> {
    private final Iterator<? extends T> left;
    private final Iterator<? extends T> right;
    private final Comparator<T> order;
    private T nextLeft;
    private T nextRight;

    Merged(Iterator<? extends T> left, Iterator<? extends T> right, Comparator<T> order) {
        this.left = left;
        this.right = right;
        this.order = order;
        nextLeft = next(left);
        nextRight = next(right);
    }

    private static <T> T next(Iterator<? extends T> iterator) {
        return iterator.hasNext() ? iterator.next() : null;
    }

    @Override
    public boolean hasNext() {
        return nextLeft != null || nextRight != null;
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        T result;
        if (nextRight == null || nextLeft != null && order.compare(nextLeft, nextRight) <= 0) {
            result = nextLeft;
            nextLeft = next(left);
        } else {
            result = nextRight;
            nextRight = next(right);
        }
        return result;
    }
}
