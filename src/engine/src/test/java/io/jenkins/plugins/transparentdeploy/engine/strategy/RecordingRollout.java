package io.jenkins.plugins.transparentdeploy.engine.strategy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Remembers what a strategy did. */
final class RecordingRollout implements Rollout {
    private final List<String> instances;
    private final List<String> acts = new ArrayList<>();
    private final Set<String> out = new HashSet<>();
    private int mostOut;
    private final Set<String> kept = new HashSet<>();
    private final Set<String> idle = new HashSet<>();
    private final Set<String> dead = new HashSet<>();
    private final Set<String> parked = new HashSet<>();
    private String dying = "";
    private String dyingInPause = "";
    private final Set<String> staged = new HashSet<>();
    private final List<Wait> waits = new ArrayList<>();
    private String failing = "";

    RecordingRollout(List<String> instances) {
        this.instances = instances;
    }

    RecordingRollout failingAt(String act, String instance) {
        failing = act + " " + instance;
        return this;
    }

    List<String> acts() {
        return acts;
    }

    List<String> actsOn(String instance) {
        return acts.stream()
                .filter(act -> act.endsWith(" " + instance))
                .map(act -> act.substring(0, act.indexOf(' ')))
                .toList();
    }

    int mostOutOfService() {
        return mostOut;
    }

    /** What was waited for, without the ends of steps at which nothing was. */
    List<Wait> waits() {
        return waits.stream().filter(wait -> !wait.equals(Wait.NONE)).toList();
    }

    RecordingRollout leaving(String drained) {
        idle.add(drained);
        return this;
    }

    /** It is not started; whoever is parked serves nobody. */
    RecordingRollout parking(String... instances) {
        parked.addAll(List.of(instances));
        return this;
    }

    /** It gets requests and does not answer. */
    RecordingRollout dead(String instance) {
        dead.add(instance);
        return this;
    }

    /** It is ready, and then dies as soon as it gets requests. */
    RecordingRollout dyingInService(String instance) {
        dying = instance;
        return this;
    }

    /** It is ready, and dies while the release waits between two steps. */
    RecordingRollout dyingInAPause(String instance) {
        dyingInPause = instance;
        return this;
    }

    RecordingRollout keeping(String instance) {
        kept.add(instance);
        return this;
    }

    /** The acts, without the ends of steps. */
    List<String> protocol() {
        return acts.stream().filter(act -> !act.equals("pause")).toList();
    }

    private void act(String act, String instance) throws NotReadyException {
        acts.add(act + " " + instance);
        if (failing.equals(act + " " + instance)) {
            throw new NotReadyException(instance);
        }
    }

    @Override
    public List<String> instances() {
        return instances;
    }

    @Override
    public Set<String> idle() {
        return Set.copyOf(idle);
    }

    @Override
    public Set<String> silent() {
        return Set.copyOf(dead);
    }

    @Override
    public Set<String> parked() {
        return Set.copyOf(parked);
    }

    /** Not among the acts: asking changes nothing. */
    @Override
    public List<String> remaining(List<String> leaving) {
        return leaving.stream().allMatch(this::servesNobody)
                ? List.of()
                : instances.stream()
                        .filter(instance -> !leaving.contains(instance))
                        .filter(instance -> !out.contains(instance) && !idle.contains(instance))
                        .filter(instance -> !parked.contains(instance))
                        .toList();
    }

    private boolean servesNobody(String instance) {
        return dead.contains(instance) || idle.contains(instance) || parked.contains(instance);
    }

    @Override
    public void requireReady(String instance) throws NotReadyException {
        if (dead.contains(instance)) {
            throw new NotReadyException(instance + " is dead");
        }
    }

    /** Not among the acts: it must have been done before an instance goes out, and that is all. */
    @Override
    public void stage(String instance) {
        staged.add(instance);
    }

    @Override
    public void takeOut(String instance) throws NotReadyException {
        if (!staged.remove(instance)) {
            throw new AssertionError(instance + " is taken out before what takes long is done");
        }
        act("takeOut", instance);
        out.add(instance);
        mostOut = Math.max(mostOut, out.size());
    }

    @Override
    public void stop(String instance) throws NotReadyException {
        act("stop", instance);
    }

    @Override
    public void put(String instance) throws NotReadyException {
        act("put", instance);
    }

    @Override
    public void start(String instance) throws NotReadyException {
        act("start", instance);
    }

    @Override
    public void awaitReady(String instance) throws NotReadyException {
        act("awaitReady", instance);
        dead.remove(instance);
    }

    @Override
    public void bringIn(String instance) throws NotReadyException {
        act("bringIn", instance);
        cameIn(instance);
    }

    private void cameIn(String instance) {
        out.remove(instance);
        idle.remove(instance);
        if (dying.equals(instance)) {
            dead.add(instance);
        }
    }

    @Override
    public void lend(List<String> lent) {
        acts.add("lend " + String.join(",", lent));
    }

    @Override
    public void park(String instance) throws NotReadyException {
        act("park", instance);
    }

    @Override
    public boolean isKept(String instance) {
        return kept.contains(instance);
    }

    @Override
    public void tryOut(List<String> tried) throws NotReadyException {
        act("tryOut", String.join(",", tried));
    }

    @Override
    public void beforeTraffic() {
        acts.add("beforeTraffic");
    }

    @Override
    public void share(List<String> some, int percent) throws NotReadyException {
        act("share" + percent, String.join(",", some));
        some.forEach(this::cameIn);
    }

    @Override
    public void shareAsBefore() throws NotReadyException {
        act("shareAsBefore", String.join(",", instances));
    }

    @Override
    public void switchTo(List<String> some) throws NotReadyException {
        act("switchTo", String.join(",", some));
        some.forEach(out::remove);
    }

    @Override
    public void pause(Wait wait) {
        waits.add(wait);
        dead.add(dyingInPause);
        acts.add("pause");
    }

    @Override
    public void judge(Trial trial) throws BadReleaseException {
        acts.add("judge " + String.join(",", trial.fresh()));
        if (failing.equals("judge " + String.join(",", trial.fresh()))) {
            throw new BadReleaseException("bad", Instant.EPOCH, Instant.EPOCH);
        }
    }
}
