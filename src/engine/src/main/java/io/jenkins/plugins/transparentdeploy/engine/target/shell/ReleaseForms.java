package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * What a release comes to on hosts: which part of it they can have, in which directories, with which digest. A fleet has the
 * same few manifests everywhere, so each is computed once, and the last ones are remembered. Safe for use by several threads.
 */
public final class ReleaseForms {
    private static final int MOST = 24;

    private final ManagedPaths managed;

    private final Map<Key, Object> made = new LinkedHashMap<>(MOST, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Object> eldest) {
            return size() > MOST;
        }
    };

    private enum What {
        ATTAINABLE,
        TREE,
        DIGEST,
        DELTA,
        STORED
    }

    /** Manifests are told apart by who they are: to compare them takes as long as what is saved. */
    private record Key(What what, Manifest manifest, Object other) {
        @Override
        public boolean equals(Object object) {
            return object instanceof Key key
                    && what == key.what
                    && manifest == key.manifest
                    && (what == What.DELTA ? other == key.other : Objects.equals(other, key.other));
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(manifest) * 31 + what.ordinal();
        }
    }

    /** @param managed what is the release's */
    public ReleaseForms(ManagedPaths managed) {
        this.managed = managed;
    }

    /** What a host can have of a release: what is managed, without owners. */
    Manifest attainable(Manifest release, Dialect dialect) {
        return remembered(
                new Key(What.ATTAINABLE, release, dialect),
                Manifest.class,
                () -> dialect.attainable(managed.managedPart(release)));
    }

    /** The directory that it has then. */
    ReleaseTree tree(Manifest attainable) {
        return remembered(
                new Key(What.TREE, attainable, null), ReleaseTree.class, () -> ReleaseTree.of(attainable, managed));
    }

    /** The digest that the host computes of that directory. */
    String digest(Manifest attainable, Dialect dialect) {
        return remembered(
                new Key(What.DIGEST, attainable, dialect),
                String.class,
                () -> TreeDigest.of(tree(attainable).manifest(), dialect));
    }

    Delta delta(Manifest from, Manifest to) {
        return remembered(new Key(What.DELTA, from, to), Delta.class, () -> Delta.between(from, to));
    }

    /** Whether a manifest is stored; whoever stores it, or waits for that, holds its lock. */
    private static final class Stored {
        private boolean done;
    }

    /** Brings all of a manifest into the store. */
    @FunctionalInterface
    interface Storing {
        void store() throws IOException;
    }

    /**
     * Stores a manifest unless that was done, for the store is one for all of these hosts: one of them does, and the others
     * wait for it. What is stored stays there: nothing is pruned while the store is open.
     */
    void store(Manifest manifest, Storing storing) throws IOException {
        Stored stored = remembered(new Key(What.STORED, manifest, null), Stored.class, Stored::new);
        synchronized (stored) {
            if (!stored.done) {
                storing.store();
                stored.done = true;
            }
        }
    }

    private synchronized <T> T remembered(Key key, Class<T> type, Supplier<T> maker) {
        Object found = made.get(key);
        if (found == null) {
            found = maker.get();
            made.put(key, found);
        }
        return type.cast(found);
    }
}
