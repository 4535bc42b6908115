package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The owners in a tree, which are few, by numbers. Safe for concurrent use. */
final class OwnerTable {
    private final Map<Owner, Integer> numbers = new ConcurrentHashMap<>();
    private final List<Owner> owners = new CopyOnWriteArrayList<>();

    int numberOf(Owner owner) {
        Integer known = numbers.get(owner);
        return known == null ? numbers.computeIfAbsent(owner, this::add) : known;
    }

    private synchronized int add(Owner owner) {
        owners.add(owner);
        return owners.size() - 1;
    }

    Owner owner(int number) {
        return owners.get(number);
    }

    /** Whether each number of one that both know is the same owner in both. */
    boolean agreesWith(OwnerTable other) {
        int common = Math.min(owners.size(), other.owners.size());
        return owners.subList(0, common).equals(other.owners.subList(0, common));
    }
}
