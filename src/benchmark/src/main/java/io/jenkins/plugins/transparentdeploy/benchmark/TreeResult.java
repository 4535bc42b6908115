package io.jenkins.plugins.transparentdeploy.benchmark;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What was measured on one tree. */
record TreeResult(int files, TreeBenchmark benchmark, Samples samples) {
    /** The median; empty if it was not measured. */
    Optional<Duration> time(String contender, Scenario scenario) {
        return samples.median(contender, scenario);
    }

    /** What the first snapshot took. */
    OptionalLong storeBytes(String contender) {
        return benchmark.firstStoreBytes(contender);
    }
}
