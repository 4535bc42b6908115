package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.DirectoryEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileMode;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths.PlainPath;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SymlinkEntry;
import io.jenkins.plugins.transparentdeploy.engine.target.ReleasesLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What makes one tree another, run in that tree: one script before new content is unpacked into it, and one after. They say
 * only what differs, for they are sent.
 */
final class FillScripts {
    /** Of the names of one command, well below what a system takes. */
    private static final int MOST = 60_000;

    private final Delta delta;
    private final ReleaseTree tree;
    private final Optional<String> owner;

    /** @param owner user and group, as numbers, of what is new; empty for who logs in */
    FillScripts(Manifest from, ReleaseTree tree, Optional<String> owner) {
        this.delta = Delta.between(from, tree.manifest());
        this.tree = tree;
        this.owner = owner;
    }

    /** The files whose content is not there, sorted by path. */
    List<FileEntry> missing() {
        List<FileEntry> missing = new ArrayList<>();
        for (ManifestEntry entry : delta.created()) {
            if (entry instanceof FileEntry file) {
                missing.add(file);
            }
        }
        for (Delta.Change change : delta.updated()) {
            if (change.after() instanceof FileEntry file && !file.content().equals(contentOf(change.before()))) {
                missing.add(file);
            }
        }
        return missing;
    }

    /** Removes what is gone, and makes directories and links. */
    byte[] before() {
        StringBuilder script = new StringBuilder();
        command(script, "rm -rf", gone());
        List<String> made = new ArrayList<>();
        List<SymlinkEntry> links = new ArrayList<>();
        for (ManifestEntry entry : delta.created()) {
            if (entry instanceof DirectoryEntry) {
                made.add(entry.path());
            } else if (entry instanceof SymlinkEntry link) {
                links.add(link);
            }
        }
        delta.updated().forEach(change -> {
            if (change.after() instanceof SymlinkEntry link) {
                links.add(link);
            }
        });
        command(script, "mkdir", made);
        links.forEach(link -> script.append("ln -s -- ")
                .append(quoted(link.target()))
                .append(' ')
                .append(named(link.path()))
                .append('\n'));
        tree.links().forEach(link -> link(script, link));
        command(script, "mkdir -p", tree.own());
        return script.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Gives everything its owner, mode and time. */
    byte[] after() {
        StringBuilder script = new StringBuilder();
        owner.ifPresent(ids -> {
            script.append("chown ").append(ids).append(" .\n");
            command(script, "chown -h " + ids, madeWithoutArchive());
        });
        List<FileEntry> files = new ArrayList<>();
        delta.updated().forEach(change -> {
            if (change.after() instanceof FileEntry file && file.content().equals(contentOf(change.before()))) {
                files.add(file);
            }
        });
        inRuns(script, files, file -> "chmod " + digits(file.mode()));
        inRuns(script, files, FillScripts::touch);
        inRuns(script, directories(), directory -> "chmod " + digits(directory.mode()));
        return script.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** What goes away or turns into something else, without what is in a directory that does. */
    private List<String> gone() {
        List<String> gone = new ArrayList<>();
        for (ManifestEntry entry : delta.deleted()) {
            if (gone.isEmpty() || !entry.path().startsWith(gone.get(gone.size() - 1) + "/")) {
                gone.add(entry.path());
            }
        }
        delta.updated().forEach(change -> {
            if (change.before() instanceof SymlinkEntry || change.after() instanceof SymlinkEntry) {
                gone.add(change.after().path());
            }
        });
        return gone;
    }

    private void link(StringBuilder script, PlainPath link) {
        String origin = "../../../shared/" + link.path();
        String made = link.directory() ? origin : origin.substring(0, origin.lastIndexOf('/'));
        script.append("[ -d ").append(quoted(made)).append(" ] || { mkdir -p ").append(quoted(made));
        owner.ifPresent(
                ids -> script.append(" && chown ").append(ids).append(' ').append(quoted(made)));
        script.append("; }\n");
        script.append("[ -L ").append(named(link.path())).append(" ] || ln -s ");
        script.append(quoted(ReleasesLayout.linkToShared(link.path())))
                .append(' ')
                .append(named(link.path()))
                .append('\n');
    }

    private List<String> madeWithoutArchive() {
        List<String> made = new ArrayList<>(tree.own());
        tree.links().forEach(link -> made.add(link.path()));
        delta.created().forEach(entry -> {
            if (!(entry instanceof FileEntry)) {
                made.add(entry.path());
            }
        });
        return made;
    }

    /** New ones, those with another mode, and those that were opened to be written to; the deepest first. */
    private List<DirectoryEntry> directories() {
        Set<String> changed = new HashSet<>();
        delta.created().forEach(entry -> changed.add(entry.path()));
        delta.updated().forEach(change -> changed.add(change.after().path()));
        List<DirectoryEntry> directories = new ArrayList<>();
        for (ManifestEntry entry : tree.manifest().entries()) {
            if (entry instanceof DirectoryEntry directory
                    && (changed.contains(directory.path())
                            || !directory.mode().equals(directory.mode().opened()))) {
                directories.add(directory);
            }
        }
        Collections.reverse(directories);
        return directories;
    }

    private static <E extends ManifestEntry> void inRuns(
            StringBuilder script, List<E> entries, Function<E, String> command) {
        List<String> run = new ArrayList<>();
        String last = "";
        for (E entry : entries) {
            String next = command.apply(entry);
            if (!next.equals(last)) {
                command(script, last, run);
                run.clear();
                last = next;
            }
            run.add(entry.path());
        }
        command(script, last, run);
    }

    private static void command(StringBuilder script, String command, List<String> paths) {
        int room = 0;
        for (String path : paths) {
            String name = named(path);
            room -= name.length() + 1;
            if (room < 0) {
                script.append(script.isEmpty() ? "" : "\n").append(command);
                room = MOST - name.length() - 1;
            }
            script.append(' ').append(name);
        }
        script.append(paths.isEmpty() ? "" : "\n");
    }

    private static String touch(FileEntry file) {
        boolean whole = file.modified().getNano() == 0;
        return "touch -c -m -d @" + (whole ? file.modified().getEpochSecond() : Dialect.exactly(file.modified()));
    }

    /** Five digits: with fewer, a directory would keep a set-group-id bit that it inherited. */
    private static String digits(FileMode mode) {
        return "0" + mode;
    }

    private static ContentId contentOf(ManifestEntry entry) {
        return entry instanceof FileEntry file ? file.content() : null;
    }

    private static String named(String path) {
        return quoted("./" + path);
    }

    /** One word of a shell, whatever characters it has. */
    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
