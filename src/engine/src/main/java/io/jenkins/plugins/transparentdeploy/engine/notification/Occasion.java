package io.jenkins.plugins.transparentdeploy.engine.notification;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a notice is about. The release's states, and whether its environment takes deployments. */
public enum Occasion {
    PREPARED("release.prepared"),
    SNAPSHOTTED("release.snapshotted"),
    DEPLOYING("release.deploying"),
    VERIFYING("release.verifying"),
    ANALYSING("release.analysing"),
    SUCCEEDED("release.succeeded"),
    ROLLING_BACK("release.rollingBack"),
    ROLLED_BACK("release.rolledBack"),
    ROLLBACK_FAILED("release.rollbackFailed"),
    ABANDONED("release.abandoned"),
    FROZEN("environment.frozen"),
    OPENED("environment.opened");

    private final String key;

    Occasion(String key) {
        this.key = key;
    }

    /** Its name in service files and messages. */
    @JsonValue
    public String key() {
        return key;
    }

    /** All names, in alphabetical order. */
    public static Set<String> keys() {
        return Arrays.stream(values()).map(Occasion::key).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The one of that name. */
    public static Optional<Occasion> of(String key) {
        return Arrays.stream(values())
                .filter(occasion -> occasion.key.equals(key))
                .findFirst();
    }
}
