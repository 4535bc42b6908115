package io.jenkins.plugins.transparentdeploy.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A number that is to be reached, and what it is.
 *
 * @param what of what
 * @param bound how it has to be to the limit
 * @param limit the most that it may be, or what it has to be below
 * @param measured what it is
 * @param unit of both
 */
record Goal(String what, Bound bound, double limit, double measured, String unit) {
    /** Whether the limit itself will do. */
    enum Bound {
        AT_MOST("≤"),
        BELOW("<");

        private final String sign;

        Bound(String sign) {
            this.sign = sign;
        }
    }

    private static final double TIMES_FIND = 2.5;
    private static final double TIMES_TAR = 2;
    private static final double PART_OF_BACKUP_TOOLS = 1.0 / 3;
    private static final double GROWTH = 1.2;
    private static final List<String> BACKUP_TOOLS = List.of("restic", "borg");

    static Goal atMost(String what, double limit, double measured, String unit) {
        return new Goal(what, Bound.AT_MOST, limit, measured, unit);
    }

    /** @param ratio of our time to that of another */
    private static Goal fasterThan(String what, double ratio) {
        return new Goal(what, Bound.BELOW, 1, ratio, "×");
    }

    /** Whether it is reached. */
    boolean isReached() {
        return bound == Bound.BELOW ? measured < limit : measured <= limit;
    }

    String row() {
        return String.format(
                Locale.ROOT,
                "| %s | %s %s %s | %s %s | %s |",
                what,
                bound.sign,
                number(limit),
                unit,
                number(measured),
                unit,
                isReached() ? "yes" : "**no**");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
    }

    /** Those of one tree that its contenders allow to measure. */
    static List<Goal> of(TreeResult tree) {
        List<Goal> goals = new ArrayList<>();
        Optional<Duration> find = tree.time(Peers.FIND.name(), Scenario.UNCHANGED);
        Optional<Duration> first = tree.time(EngineContender.NAME, Scenario.FIRST);
        add(goals, tree, "nothing changed, in process, beside `find`", TIMES_FIND, Scenario.UNCHANGED, find);
        add(goals, tree, "1 % changed, in process, beside `find`", TIMES_FIND, Scenario.CHANGED, find);
        add(
                goals,
                tree,
                "first snapshot, beside `tar \\| zstd`",
                TIMES_TAR,
                Scenario.FIRST,
                tree.time(Peers.TAR, Scenario.FIRST));
        for (String tool : BACKUP_TOOLS) {
            Optional<Duration> work = tree.time(tool, Scenario.FIRST)
                    .flatMap(time -> tree.time(tool, Scenario.EMPTY).map(time::minus));
            Optional<Duration> own = first.flatMap(
                    time -> tree.time(EngineContender.NAME, Scenario.EMPTY).map(time::minus));
            if (work.isPresent() && own.isPresent()) {
                goals.add(atMost(
                        tree.files() + " files: first snapshot, beside " + tool + ", each without an empty directory's",
                        PART_OF_BACKUP_TOOLS,
                        ratio(own.get(), work.get()),
                        "×"));
            }
        }
        for (String peer : Peers.COMMANDS_TO_BEAT) {
            for (Scenario scenario : List.of(Scenario.UNCHANGED, Scenario.CHANGED)) {
                Optional<Duration> own = tree.time(Peers.TDEPLOY.name(), scenario);
                Optional<Duration> theirs = tree.time(peer, scenario);
                if (own.isPresent() && theirs.isPresent()) {
                    goals.add(fasterThan(
                            tree.files() + " files: `tdeploy snapshot`, " + scenario.title() + ", beside " + peer,
                            ratio(own.get(), theirs.get())));
                }
            }
        }
        Optional<Duration> restore = tree.time(EngineContender.NAME, Scenario.IN_PLACE);
        Optional<Duration> rsync = tree.time(Peers.RSYNC, Scenario.IN_PLACE);
        if (restore.isPresent() && rsync.isPresent()) {
            goals.add(fasterThan(
                    tree.files() + " files: restore in place, 1 % changed, beside `rsync -a --delete`",
                    ratio(restore.get(), rsync.get())));
        }
        OptionalLong store = tree.storeBytes(EngineContender.NAME);
        OptionalLong restic = tree.storeBytes("restic");
        if (store.isPresent() && restic.isPresent()) {
            goals.add(atMost(
                    tree.files() + " files: store, beside restic's",
                    1,
                    (double) store.getAsLong() / restic.getAsLong(),
                    "×"));
        }
        return goals;
    }

    /** Time per file of a larger tree, beside that of a smaller one. */
    static List<Goal> growth(TreeResult small, TreeResult large) {
        List<Goal> goals = new ArrayList<>();
        for (Scenario scenario : EnumSet.complementOf(EnumSet.of(Scenario.EMPTY))) {
            Optional<Duration> few = small.time(EngineContender.NAME, scenario);
            Optional<Duration> many = large.time(EngineContender.NAME, scenario);
            if (few.isPresent() && many.isPresent()) {
                goals.add(atMost(
                        scenario.title() + ": time for each of " + large.files() + " files, beside " + small.files(),
                        GROWTH,
                        ratio(many.get(), few.get()) * small.files() / large.files(),
                        "×"));
            }
        }
        return goals;
    }

    private static void add(
            List<Goal> goals,
            TreeResult tree,
            String what,
            double limit,
            Scenario scenario,
            Optional<Duration> reference) {
        Optional<Duration> own = tree.time(EngineContender.NAME, scenario);
        if (own.isPresent() && reference.isPresent()) {
            goals.add(atMost(tree.files() + " files: " + what, limit, ratio(own.get(), reference.get()), "×"));
        }
    }

    private static double ratio(Duration time, Duration reference) {
        return (double) time.toNanos() / Math.max(1, reference.toNanos());
    }
}
