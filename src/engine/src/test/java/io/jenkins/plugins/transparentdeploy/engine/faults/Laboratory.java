package io.jenkins.plugins.transparentdeploy.engine.faults;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The child JVM: runs one scenario, and tries what can happen to it. Arguments: the scenario, a directory to work in, at
 * most how many points of each sort (0 for all), and a file for the findings.
 */
final class Laboratory {
    private static final int FINDINGS_KEPT = 20;
    private static final int SHUFFLES = 3;
    private static final int MOST_DEATHS = 12;
    /** Of each kind of file. */
    private static final int FLIPS = 32;

    private final Scenario scenario;
    private final Path directory;
    private final int most;
    private final Map<String, Integer> tried = new TreeMap<>();
    private final Map<FileKind, Integer> flipped = new EnumMap<>(FileKind.class);
    private final List<String> findings = new ArrayList<>();
    private int worlds;
    private Disk prepared;
    private final List<Stage> stages = new ArrayList<>();
    private Inspection inspection;

    /**
     * What came of it.
     *
     * @param tried how many points of each sort
     * @param flipped how many bits of each kind of file that there was
     * @param findings where the engine did not find its way; at most a few
     */
    record Report(String scenario, Map<String, Integer> tried, Map<FileKind, Integer> flipped, List<String> findings) {
        int points() {
            return tried.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    private Laboratory(Scenario scenario, Path directory, int most) {
        this.scenario = scenario;
        this.directory = directory;
        this.most = most;
    }

    public static void main(String[] arguments) throws IOException {
        Laboratory laboratory = new Laboratory(
                Scenario.valueOf(arguments[0]), Path.of(arguments[1]).toRealPath(), Integer.parseInt(arguments[2]));
        Report report = laboratory.run();
        Files.write(Path.of(arguments[3]), Json.MAPPER.writeValueAsBytes(report));
    }

    private Report run() throws IOException {
        Recording recording = record();
        stopEverywhere(recording);
        for (FailingCall.Failure failure : FailingCall.Failure.values()) {
            fail(failure);
        }
        die();
        flipBits();
        return new Report(scenario.name(), tried, flipped, findings);
    }

    /** Runs the scenario once as it should be, and learns what that looks like. */
    private Recording record() throws IOException {
        Path first = newWorld();
        World.enter(new World(first, Gate.OPEN, null));
        scenario.prepare();
        stages.add(Stage.of("before", scenario));
        prepared = stages.get(0).disk();
        Map<String, String> before = scenario.workshop().contentRoots();
        leave(first);
        Path world = enterCopyOf(prepared);
        Recording recording = Recording.of(World.current().root());
        World.enter(new World(world, Gate.OPEN, recording));
        scenario.perform(recording::acknowledge);
        World.enter(new World(world, Gate.OPEN, null));
        inspection = new Inspection(scenario, before, scenario.workshop().contentRoots(), unmanaged());
        stages.add(Stage.of("after", scenario));
        leave(world);
        return recording;
    }

    private void stopEverywhere(Recording recording) throws IOException {
        CrashStates states = new CrashStates(recording);
        for (Stop stop : Stop.values()) {
            for (CrashStates.Point point : sample(states.points(stop, SHUFFLES))) {
                if (states.isNew(point)) {
                    inspect(stop.name(), states.describe(point), states.at(point), states.acknowledged(point));
                }
            }
        }
    }

    private void fail(FailingCall.Failure failure) throws IOException {
        int calls = countCalls(failure);
        for (int call : sample(IntStream.range(0, calls).boxed().toList())) {
            Path world = enterCopyOf(prepared);
            FailingCall gate = new FailingCall(failure, call);
            World.enter(new World(world, gate, null));
            List<Acknowledgement> acknowledged = new ArrayList<>();
            String outcome = attempt(acknowledged);
            World.enter(new World(world, Gate.OPEN, null));
            String what = "%s at call %d, %s, which ended in %s".formatted(failure, call, gate.first(), outcome);
            report(failure.name(), what, acknowledged);
            leave(world);
        }
    }

    private int countCalls(FailingCall.Failure failure) throws IOException {
        int[] calls = {0};
        Path world = enterCopyOf(prepared);
        FailingCall counter = new FailingCall(failure, Integer.MAX_VALUE);
        World.enter(new World(world, counter, null));
        attempt(new ArrayList<>());
        calls[0] = counter.calls();
        leave(world);
        return calls[0];
    }

    /** Ends a process of its own for real, right before a change. */
    private void die() throws IOException {
        int changes = countCalls(FailingCall.Failure.DEAD);
        List<Integer> all = IntStream.range(0, changes).boxed().toList();
        List<Integer> chosen = sample(all, most == 0 ? MOST_DEATHS : 1);
        for (int change : chosen) {
            Path world = enterCopyOf(prepared);
            boolean died = DyingProcess.run(scenario, world, change);
            report("DIED", (died ? "killed before change " : "finished before change ") + change, List.of());
            leave(world);
        }
    }

    /** Damages every kind of file that the engine keeps; in a sample, one bit of each, another one in each scenario. */
    private void flipBits() throws IOException {
        Damage damage = new Damage(stages);
        if (!damage.unnamed().isEmpty()) {
            findings.add("Name in FileKind what these files are: " + damage.unnamed());
        }
        for (FileKind kind : damage.kinds()) {
            List<Damage.Flip> flips = damage.flips(kind, FLIPS);
            List<Damage.Flip> chosen = most == 0
                    ? flips
                    : List.of(flips.get(flips.size() * scenario.ordinal() / Scenario.values().length));
            for (Damage.Flip flip : chosen) {
                flipped.merge(kind, 1, Integer::sum);
                inspectFlipped(flip);
            }
        }
    }

    private void inspectFlipped(Damage.Flip flip) throws IOException {
        Path world = enterCopyOf(flip.apply());
        tried.merge("FLIPPED", 1, Integer::sum);
        try {
            inspection.inspectDamaged(flip.stage().known());
        } catch (IOException | RuntimeException | AssertionError e) {
            find(flip.toString(), e);
        }
        leave(world);
    }

    /** Runs the scenario; failing is one of the things that it may do. */
    private String attempt(List<Acknowledgement> acknowledged) {
        try {
            scenario.perform(acknowledged::add);
            return "what was asked for";
        } catch (IOException | RuntimeException e) {
            return e.toString();
        }
    }

    private void inspect(String sort, String what, Disk disk, List<Acknowledgement> acknowledged) throws IOException {
        Path world = enterCopyOf(disk);
        report(sort, what, acknowledged);
        leave(world);
    }

    private void report(String sort, String what, List<Acknowledgement> acknowledged) {
        tried.merge(sort, 1, Integer::sum);
        try {
            inspection.inspect(acknowledged);
        } catch (IOException | RuntimeException | AssertionError e) {
            find(what, e);
        }
    }

    private void find(String what, Throwable e) {
        if (findings.size() < FINDINGS_KEPT) {
            findings.add(scenario + ": " + what + ": " + describe(e));
        }
    }

    private static String describe(Throwable thrown) {
        StringBuilder text = new StringBuilder(thrown.toString());
        for (StackTraceElement element : thrown.getStackTrace()) {
            if (element.getClassName().contains(".transparentdeploy.") && text.length() < 3000) {
                text.append("\n    at ").append(element);
            }
        }
        return text.toString();
    }

    private <T> List<T> sample(List<T> all) {
        return sample(all, most);
    }

    /** Evenly spread, and always the last; all of them if {@code wanted} is 0. */
    private static <T> List<T> sample(List<T> all, int wanted) {
        if (wanted == 0 || all.size() <= wanted) {
            return all;
        }
        List<T> sample = new ArrayList<>();
        for (int i = 1; i <= wanted; i++) {
            sample.add(all.get((int) ((long) i * all.size() / wanted) - 1));
        }
        return sample;
    }

    private Path enterCopyOf(Disk disk) throws IOException {
        Path world = newWorld();
        World.enter(new World(world, Gate.OPEN, null));
        disk.writeTo(World.current().root());
        return world;
    }

    private Path newWorld() throws IOException {
        return Files.createDirectory(directory.resolve("world" + ++worlds));
    }

    private void leave(Path world) throws IOException {
        World.enter(null);
        DurableFiles.deleteTree(world);
    }

    private Map<String, String> unmanaged() throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        for (String file : prepared.files()) {
            if (Scenario.isUnmanaged(file)) {
                files.put(file, Files.readString(Path.of(World.NAME, file), StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }
}
