package io.jenkins.plugins.transparentdeploy.benchmark;

import static io.jenkins.plugins.transparentdeploy.benchmark.Scenario.CHANGED;
import static io.jenkins.plugins.transparentdeploy.benchmark.Scenario.ELSEWHERE;
import static io.jenkins.plugins.transparentdeploy.benchmark.Scenario.EMPTY;
import static io.jenkins.plugins.transparentdeploy.benchmark.Scenario.FIRST;
import static io.jenkins.plugins.transparentdeploy.benchmark.Scenario.UNCHANGED;

import io.jenkins.plugins.transparentdeploy.benchmark.CommandContender.Recipe;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The programs beside which the store is measured, as their manuals say they are used. */
final class Peers {
    private static final Set<Scenario> SNAPSHOTS = EnumSet.of(EMPTY, FIRST, UNCHANGED, CHANGED);
    private static final Set<Scenario> COPIES = EnumSet.of(EMPTY, FIRST, UNCHANGED, CHANGED, ELSEWHERE);
    private static final Set<Scenario> ALL = EnumSet.allOf(Scenario.class);

    static final String TAR = "tar | zstd -3 -T2";
    static final String RSYNC = "rsync";
    private static final String COPYTREE = "python3 shutil.copytree";

    /** Those that the whole command, the start of its JVM counted, is compared with. */
    static final List<String> COMMANDS_TO_BEAT = List.of(COPYTREE, RSYNC, "restic", "borg");

    private Peers() {}

    /** The floor: looks at every file and keeps nothing. */
    static final Recipe FIND = new Recipe(
            "find -printf (floor)",
            List.of("find"),
            EnumSet.of(EMPTY, UNCHANGED),
            "",
            "find \"$TREE\" -printf '%p %s %T@ %C@ %i %m\\n' >/dev/null",
            "",
            false);

    /** The command of this project. */
    static final Recipe TDEPLOY = new Recipe(
            "tdeploy snapshot",
            List.of(),
            SNAPSHOTS,
            "",
            "\"$TDEPLOY\" snapshot --state-dir \"$STORE\" --service bench --environment test --set target.directory=\"$TREE\"",
            "",
            true);

    static final List<Recipe> OTHERS = List.of(
            new Recipe(
                    COPYTREE,
                    List.of("python3"),
                    COPIES,
                    "",
                    "python3 -c 'import shutil, sys; shutil.copytree(*sys.argv[1:], symlinks=True)' \"$TREE\" \"$STORE/$N\"",
                    "python3 -c 'import shutil, sys; shutil.copytree(*sys.argv[1:], symlinks=True, dirs_exist_ok=True)'"
                            + " \"$STORE/$LAST\" \"$TREE\"",
                    true),
            new Recipe(
                    "cp -a",
                    List.of("cp"),
                    COPIES,
                    "",
                    "cp -a \"$TREE\" \"$STORE/$N\"",
                    "cp -a \"$STORE/$LAST/.\" \"$TREE\"",
                    true),
            new Recipe(
                    RSYNC,
                    List.of("rsync"),
                    ALL,
                    "",
                    "rsync -a ${LAST:+--link-dest=\"$STORE/$LAST\"} \"$TREE/\" \"$STORE/$N/\"",
                    "rsync -a --delete \"$STORE/$LAST/\" \"$TREE/\"",
                    true),
            new Recipe(
                    TAR,
                    List.of("tar", "zstd"),
                    COPIES,
                    "",
                    "tar -C \"$TREE\" -cf - . | zstd -q -3 -T2 >\"$STORE/$N.tar.zst\"",
                    "zstd -q -dc \"$STORE/$LAST.tar.zst\" | tar -C \"$TREE\" -xf -",
                    true),
            new Recipe(
                    "restic",
                    List.of("restic"),
                    ALL,
                    "export RESTIC_PASSWORD=x RESTIC_CACHE_DIR=\"$CACHE\"; restic init -q -r \"$STORE\"",
                    "cd \"$TREE\"; RESTIC_PASSWORD=x RESTIC_CACHE_DIR=\"$CACHE\" restic -q -r \"$STORE\" backup .",
                    "RESTIC_PASSWORD=x RESTIC_CACHE_DIR=\"$CACHE\" restic -q -r \"$STORE\" restore latest --target \"$TREE\"",
                    true),
            new Recipe(
                    "borg",
                    List.of("borg"),
                    ALL,
                    "export BORG_BASE_DIR=\"$CACHE\"; borg init -e none \"$STORE\"",
                    "cd \"$TREE\"; BORG_BASE_DIR=\"$CACHE\" BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes"
                            + " borg create \"$STORE::$N\" .",
                    "cd \"$TREE\"; BORG_BASE_DIR=\"$CACHE\" BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes"
                            + " borg extract \"$STORE::$LAST\"",
                    true));
}
