package io.jenkins.plugins.transparentdeploy.engine.strategy;

import java.time.Duration;
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
    private Duration paused = Duration.ZERO;
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

    Duration paused() {
        return paused;
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
    public void takeOut(String instance) throws NotReadyException {
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
    }

    @Override
    public void bringIn(String instance) throws NotReadyException {
        act("bringIn", instance);
        out.remove(instance);
    }

    @Override
    public void pause(Duration duration) {
        paused = paused.plus(duration);
    }
}
