package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.FileOperation;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.PopulateRelease;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.PutState;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.RunCommand;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.SwitchLink;
import io.jenkins.plugins.transparentdeploy.engine.journal.Replay;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.target.command.CapturedState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The managed state at any record of the journal, {@code S_k = S_0 + O_1 + … + O_k}, from the first rollback point and the
 * operations that were done since. At every later rollback point the sum is compared with what was captured there, by
 * content root; where they differ somebody else had changed something, and what was captured counts.
 */
public final class PastStates {
    private final ManagedEnvironment environment;
    private final List<JournalRecord> records = new ArrayList<>();
    private final NavigableMap<Long, RollbackPoint> points = new TreeMap<>();
    private final Map<Long, Operation> intended = new HashMap<>();
    /** But for what is in {@link #sums}. */
    private final Map<String, Manifest> states = new LinkedHashMap<>();
    /** Of the instances whose files are being changed. */
    private final Map<String, Replay> sums = new HashMap<>();

    /** What release directories have, by instance and name. */
    private final Map<String, ContentId> held = new HashMap<>();

    private final List<RollbackPoint> changedByOthers = new ArrayList<>();
    private Optional<ReleaseId> release = Optional.empty();

    private PastStates(ManagedEnvironment environment) {
        this.environment = environment;
    }

    /**
     * Adds up the operations until that record.
     *
     * @throws RefusedException if there is no such record, or no state to begin with
     * @throws CorruptStateException if the operations do not add up, or the journal is not as it was written
     */
    public static PastStates until(ManagedEnvironment environment, long record) throws IOException {
        PastStates states = new PastStates(environment);
        states.read();
        states.add(record);
        return states;
    }

    /** The managed state of each instance. */
    public Map<String, Manifest> manifests() {
        return Map.copyOf(states);
    }

    /** The rollback points on the way at which something was found that no operation had done. */
    public List<RollbackPoint> changedByOthers() {
        return List.copyOf(changedByOthers);
    }

    /** A rollback point of that state, as if it had been taken then; it is in the history on return. */
    public static RollbackPoint point(ManagedEnvironment environment, long record) throws IOException {
        PastStates past = until(environment, record);
        Map<String, InstanceState> instances = new LinkedHashMap<>();
        for (ManagedInstance instance : environment.instances()) {
            if (past.states.containsKey(instance.name())) {
                instances.put(instance.name(), instance.stateOf(past.states.get(instance.name())));
            }
        }
        RollbackPoint point = new RollbackPoint(
                RollbackPoint.SCHEMA,
                ReleaseId.next(environment.clock()),
                environment.clock().instant(),
                environment.definition().service(),
                environment.definition().environment(),
                past.release,
                instances,
                past.records.get(Math.toIntExact(record - 1)).hash());
        environment.history().write(point);
        return point;
    }

    private void read() throws IOException {
        environment.journal().read(records::add);
        Map<String, Long> numbers = new HashMap<>();
        records.forEach(record -> numbers.put(record.hash(), record.seq()));
        for (ReleaseId id : environment.history().rollbackPointIds()) {
            RollbackPoint point = environment.history().rollbackPoint(id).orElseThrow();
            // Of several at one record the first is what was captured; others were made of it.
            points.putIfAbsent(numbers.getOrDefault(point.journalHead(), 0L), point);
        }
    }

    private void add(long until) throws IOException {
        if (until < 1 || until > records.size()) {
            throw new RefusedException(
                    "The journal has no record " + until,
                    "Choose one from 1 to " + records.size() + "; 'tdeploy journal' shows them");
        }
        if (points.isEmpty()) {
            throw new RefusedException(
                    "There is no rollback point to begin with",
                    "Release something first, or take one: tdeploy snapshot");
        }
        long start = points.firstKey();
        begin(points.firstEntry().getValue());
        boolean changedBetween = false;
        for (JournalRecord record : records.subList(0, Math.toIntExact(Math.max(until, start)))) {
            if (record.seq() > start) {
                take(record);
            } else if (pass(record)) {
                // The point was taken after it.
                changedBetween |= record.seq() > until;
            }
            if (record.seq() <= until && points.containsKey(record.seq())) {
                complete(record.seq());
                compare(points.get(record.seq()));
            }
        }
        complete(until);
        if (changedBetween) {
            throw new RefusedException(
                    "What there was at record " + until
                            + " is not kept any more: the oldest rollback point is at record " + start,
                    "Choose a record from " + start + " on");
        }
    }

    /** Takes of a record what later ones go by. @return whether it changed the state */
    private boolean pass(JournalRecord record) {
        if (record instanceof JournalRecord.Intent intent) {
            intended.put(intent.seq(), intent.operation());
        } else if (record instanceof JournalRecord.Done done && intended.containsKey(done.intent())) {
            Operation operation = intended.remove(done.intent());
            if (operation instanceof PopulateRelease populate) {
                hold(populate.instance(), populate.directory(), populate.manifest());
                return false;
            }
            return true;
        }
        return false;
    }

    private void begin(RollbackPoint first) throws IOException {
        release = first.release();
        states.putAll(ReleaseRun.manifests(environment, first.instances()));
    }

    private void take(JournalRecord record) throws IOException {
        if (record instanceof JournalRecord.Intent intent) {
            intended.put(intent.seq(), intent.operation());
        } else if (record instanceof JournalRecord.Done done && intended.containsKey(done.intent())) {
            done(intended.remove(done.intent()), done.seq());
        }
    }

    private void done(Operation operation, long record) throws IOException {
        if (operation instanceof FileOperation file) {
            try {
                sums.computeIfAbsent(file.instance(), name -> new Replay(states.getOrDefault(name, Manifest.EMPTY)))
                        .add(file);
            } catch (IllegalArgumentException e) {
                throw doesNotAddUp("Record " + record + " of the journal does not fit what comes before it", e);
            }
        } else if (operation instanceof PopulateRelease populate) {
            hold(populate.instance(), populate.directory(), populate.manifest());
        } else if (operation instanceof RunCommand command && command.manifest().isPresent()) {
            SnapshotStore store = environment.instance(command.instance()).store();
            put(command.instance(), store.load(command.manifest().get()));
        } else if (operation instanceof SwitchLink link) {
            leave(link);
            put(link.instance(), link.after().isEmpty() ? Manifest.EMPTY : linked(link, record));
        } else if (operation instanceof PutState put) {
            put(put.instance(), environment.instance(put.instance()).store().load(put.after()));
        }
    }

    private void put(String instance, Manifest state) {
        sums.remove(instance);
        states.put(instance, state);
    }

    /** Makes trees of what was added up path by path, which for each operation would be the whole tree each time. */
    private void complete(long record) throws IOException {
        for (Map.Entry<String, Replay> sum : sums.entrySet()) {
            try {
                states.put(sum.getKey(), sum.getValue().sum());
            } catch (IllegalArgumentException e) {
                throw doesNotAddUp("The records of the journal up to " + record + " do not lead to a tree", e);
            }
        }
        sums.clear();
    }

    private static CorruptStateException doesNotAddUp(String problem, IllegalArgumentException why) {
        return new CorruptStateException(
                problem + ": " + why.getMessage(), "Choose a record before it, or a release or rollback point");
    }

    private void hold(String instance, String directory, ContentId manifest) {
        held.put(instance + "/" + directory, manifest);
    }

    /** What was live has the directory from now on that the link led to: also one that was there before the first release. */
    private void leave(SwitchLink link) {
        if (link.before().isPresent() && states.containsKey(link.instance())) {
            hold(
                    link.instance(),
                    directoryOf(link.before().get()),
                    states.get(link.instance()).id());
        }
    }

    /** One that another tool made may say the whole path. */
    private static String directoryOf(String link) {
        return link.substring(link.lastIndexOf('/') + 1);
    }

    private Manifest linked(SwitchLink link, long record) throws IOException {
        String directory = directoryOf(link.after().orElseThrow());
        ContentId manifest = held.get(link.instance() + "/" + directory);
        if (manifest == null) {
            throw new RefusedException(
                    "Record " + record + " switches to " + directory
                            + ", of which this journal does not tell what it has",
                    "Choose a record before it, or a release or rollback point");
        }
        return environment.instance(link.instance()).store().load(manifest);
    }

    /** What was live when it was taken, and whether that is the sum. */
    private void compare(RollbackPoint point) throws IOException {
        Map<String, Manifest> captured = ReleaseRun.manifests(environment, point.instances());
        boolean same = true;
        for (Map.Entry<String, Manifest> entry : captured.entrySet()) {
            same &= states.containsKey(entry.getKey())
                    && isSame(entry.getKey(), states.get(entry.getKey()), entry.getValue());
        }
        if (!same) {
            changedByOthers.add(point);
        }
        states.putAll(captured);
        release = point.release();
    }

    /** Of a target that cannot be looked at, a captured state says what was live when it was taken. */
    private boolean isSame(String instance, Manifest sum, Manifest captured) throws IOException {
        if (sum.contentRoot().equals(captured.contentRoot())) {
            return true;
        }
        SnapshotStore store = environment.instance(instance).store();
        Optional<Manifest> before = content(sum, store);
        return before.isPresent()
                && content(captured, store).map(Manifest::contentRoot).equals(before.map(Manifest::contentRoot));
    }

    private static Optional<Manifest> content(Manifest manifest, SnapshotStore store) throws IOException {
        Optional<CapturedState> captured = CapturedState.of(manifest, store);
        return captured.isPresent() ? captured.get().content() : Optional.of(manifest);
    }
}
