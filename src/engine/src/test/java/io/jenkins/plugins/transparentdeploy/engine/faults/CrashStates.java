package io.jenkins.plugins.transparentdeploy.engine.faults;

import io.jenkins.plugins.transparentdeploy.engine.faults.DiskOperation.Acknowledged;
import io.jenkins.plugins.transparentdeploy.engine.faults.DiskOperation.Create;
import io.jenkins.plugins.transparentdeploy.engine.faults.DiskOperation.FailedSync;
import io.jenkins.plugins.transparentdeploy.engine.faults.DiskOperation.Link;
import io.jenkins.plugins.transparentdeploy.engine.faults.DiskOperation.Rename;
import io.jenkins.plugins.transparentdeploy.engine.faults.DiskOperation.SetAttributes;
import io.jenkins.plugins.transparentdeploy.engine.faults.DiskOperation.Sync;
import io.jenkins.plugins.transparentdeploy.engine.faults.DiskOperation.Truncate;
import io.jenkins.plugins.transparentdeploy.engine.faults.DiskOperation.Unlink;
import io.jenkins.plugins.transparentdeploy.engine.faults.DiskOperation.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** The states in which a disk may be found when its machine stops somewhere in what was recorded of it. */
final class CrashStates {
    private static final int NEVER = Integer.MAX_VALUE;

    private final Disk first;
    private final List<DiskOperation> operations;
    /** For each change the first sync of its own file or directory after it; the change survives what comes after that. */
    private final int[] syncedAt;
    /** For each rename the first sync of the directory that it left. */
    private final int[] leftAt;

    private final Set<String> known = new HashSet<>();

    /**
     * A state.
     *
     * @param after how many recorded operations came before the stop
     * @param stop how it stopped
     * @param seed tells states with the same stop apart
     */
    record Point(int after, Stop stop, int seed) {}

    CrashStates(Recording recording) {
        this.first = recording.first();
        this.operations = recording.operations();
        this.syncedAt = new int[operations.size()];
        this.leftAt = new int[operations.size()];
        findSyncs();
    }

    /** All points at which it may stop in this way. */
    List<Point> points(Stop stop, int shuffles) {
        int seeds = stop == Stop.SHUFFLED || stop == Stop.JOURNALED ? shuffles : 1;
        List<Point> points = new ArrayList<>();
        for (int after = 0; after <= operations.size(); after++) {
            for (int seed = 0; seed < seeds; seed++) {
                points.add(new Point(after, stop, seed));
            }
        }
        return points;
    }

    /** Whether no point that was asked about before had the same state, and as much acknowledged by then. */
    boolean isNew(Point point) {
        return known.add(at(point).fingerprint() + acknowledged(point).size());
    }

    /** What somebody had been told by then. */
    List<Acknowledgement> acknowledged(Point point) {
        return operations.subList(0, point.after()).stream()
                .filter(Acknowledged.class::isInstance)
                .map(operation -> ((Acknowledged) operation).what())
                .toList();
    }

    /** What had just happened, for people. */
    String describe(Point point) {
        String last = point.after() == 0
                ? "the beginning"
                : operations.get(point.after() - 1).toString();
        return point + " after " + last.substring(0, Math.min(last.length(), 200));
    }

    /** The disk as it is found. */
    Disk at(Point point) {
        Random random = new Random(31L * point.after() + point.seed());
        int journaled = point.stop() == Stop.JOURNALED ? journaledUntil(point.after(), random) : 0;
        Disk disk = first.copy();
        for (int i = 0; i < point.after(); i++) {
            DiskOperation operation = operations.get(i);
            if (operation instanceof Create create) {
                disk.know(create.node());
            }
            if (survives(i, point, journaled, random)) {
                disk.apply(operation);
                restoreOldName(disk, i, point, journaled, random);
            } else if (point.stop() == Stop.SHUFFLED && operation instanceof Write write && random.nextInt(3) == 0) {
                disk.apply(damaged(write, random));
            }
        }
        return disk;
    }

    private boolean survives(int i, Point point, int journaled, Random random) {
        if (syncedAt[i] < point.after()) {
            return true;
        }
        boolean name = isName(operations.get(i));
        return switch (point.stop()) {
            case KILLED -> true;
            case STRICT -> false;
            case NAMES -> name;
            case CONTENT -> !name;
            case JOURNALED -> name && i < journaled;
            case SHUFFLED -> random.nextBoolean();
        };
    }

    /** A rename to another directory is two changes: the new name may be durable before the old one is gone. */
    private void restoreOldName(Disk disk, int i, Point point, int journaled, Random random) {
        if (operations.get(i) instanceof Rename rename
                && rename.from() != rename.to()
                && leftAt[i] >= point.after()
                && (point.stop() == Stop.STRICT || point.stop() == Stop.SHUFFLED && random.nextBoolean())) {
            disk.node(rename.from()).children().put(rename.fromName(), rename.node());
        }
    }

    /** At least what the last sync of anything brought along. */
    private int journaledUntil(int after, Random random) {
        int lastSync = 0;
        for (int i = 0; i < after; i++) {
            if (operations.get(i) instanceof Sync) {
                lastSync = i;
            }
        }
        return lastSync + random.nextInt(after - lastSync + 1);
    }

    private static Write damaged(Write write, Random random) {
        byte[] bytes = random.nextBoolean()
                ? Arrays.copyOf(write.bytes(), write.bytes().length / 2)
                : new byte[write.bytes().length];
        return new Write(write.node(), write.offset(), bytes, write.modified());
    }

    private void findSyncs() {
        Map<Integer, Integer> next = new HashMap<>();
        Set<Integer> lost = new HashSet<>();
        for (int i = operations.size() - 1; i >= 0; i--) {
            DiskOperation operation = operations.get(i);
            if (operation instanceof Sync sync) {
                next.put(sync.node(), i);
                lost.remove(sync.node());
            } else if (operation instanceof FailedSync failed) {
                lost.add(failed.node());
            }
            syncedAt[i] = subject(operation) < 0 || lost.contains(subject(operation))
                    ? NEVER
                    : next.getOrDefault(subject(operation), NEVER);
            leftAt[i] = operation instanceof Rename rename ? next.getOrDefault(rename.from(), NEVER) : NEVER;
        }
    }

    /** What has to be synced for this to be durable; -1 for what changes nothing. */
    private static int subject(DiskOperation operation) {
        if (operation instanceof Create create) {
            return create.directory();
        } else if (operation instanceof Link link) {
            return link.directory();
        } else if (operation instanceof Unlink unlink) {
            return unlink.directory();
        } else if (operation instanceof Rename rename) {
            return rename.to();
        } else if (operation instanceof Write write) {
            return write.node();
        } else if (operation instanceof Truncate truncate) {
            return truncate.node();
        }
        return operation instanceof SetAttributes set ? set.node() : -1;
    }

    private static boolean isName(DiskOperation operation) {
        return !(operation instanceof Write || operation instanceof Truncate);
    }
}
