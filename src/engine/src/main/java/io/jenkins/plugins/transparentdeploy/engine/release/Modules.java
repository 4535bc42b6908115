package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.DirectoryEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What changes, in parts that people know by name: each archive, each configuration file, and for the rest the directory
 * at the top that it lies in.
 */
record Modules(Map<Module, Modules.Change> changes) {
    private static final Pattern ARCHIVE = Pattern.compile(".*\\.(jar|war|ear|zip|tar|tgz|gz|whl|so)");
    private static final Pattern CONFIGURATION =
            Pattern.compile("(.*/)?(\\.env|.*\\.(properties|ya?ml|json|xml|toml|ini|conf|cfg|env))");

    /** What kind of part it is. */
    enum Kind {
        DIRECTORY,
        ARCHIVE,
        CONFIGURATION
    }

    /** One part. */
    record Module(Kind kind, String name) implements Comparable<Module> {
        static Module of(String path) {
            String lower = path.toLowerCase(Locale.ROOT);
            if (ARCHIVE.matcher(lower).matches()) {
                return new Module(Kind.ARCHIVE, path);
            } else if (CONFIGURATION.matcher(lower).matches()) {
                return new Module(Kind.CONFIGURATION, path);
            }
            int slash = path.indexOf('/');
            return new Module(Kind.DIRECTORY, slash < 0 ? "." : path.substring(0, slash));
        }

        @Override
        public int compareTo(Module other) {
            int byKind = kind.compareTo(other.kind);
            return byKind != 0 ? byKind : name.compareTo(other.name);
        }

        @Override
        public String toString() {
            return kind.name().toLowerCase(Locale.ROOT) + " " + name;
        }
    }

    /** How many files of a part come, change in content, and go. */
    record Change(int created, int updated, int deleted) {
        static final Change NONE = new Change(0, 0, 0);

        Change plus(Change other) {
            return new Change(created + other.created, updated + other.updated, deleted + other.deleted);
        }

        @Override
        public String toString() {
            return "+%d ~%d -%d".formatted(created, updated, deleted);
        }
    }

    static Modules of(Delta delta) {
        Map<Module, Change> changes = new TreeMap<>();
        delta.created().forEach(entry -> count(changes, entry, new Change(1, 0, 0)));
        delta.updated().stream()
                .filter(Delta.Change::contentChanges)
                .forEach(change -> count(changes, change.after(), new Change(0, 1, 0)));
        delta.deleted().forEach(entry -> count(changes, entry, new Change(0, 0, 1)));
        return new Modules(changes);
    }

    private static void count(Map<Module, Change> changes, ManifestEntry entry, Change change) {
        if (!(entry instanceof DirectoryEntry)) {
            changes.merge(Module.of(entry.path()), change, Change::plus);
        }
    }

    long count(Kind kind) {
        return changes.keySet().stream().filter(module -> module.kind() == kind).count();
    }
}
