package io.jenkins.plugins.transparentdeploy.engine.service;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** When a hook runs. */
public enum HookPhase {
    /** Before the first instance is touched. */
    BEFORE_DEPLOY("beforeDeploy"),
    /** Once the idle instances have the release and are well, before requests reach them. */
    BEFORE_TRAFFIC("beforeTraffic"),
    /** Once every instance has the release and is ready, before it is judged. */
    AFTER_DEPLOY("afterDeploy"),
    /** Before anything is brought back; as the release that goes describes it. */
    BEFORE_ROLLBACK("beforeRollback"),
    /** Once what came back is verified; as the release that came back describes it. */
    AFTER_ROLLBACK("afterRollback");

    private final String key;

    HookPhase(String key) {
        this.key = key;
    }

    /** Its name in a service file. */
    public String key() {
        return key;
    }

    /** Whether it belongs to a release on its way forward, and so may have to be taken back. */
    public boolean isForward() {
        return this == BEFORE_DEPLOY || this == BEFORE_TRAFFIC || this == AFTER_DEPLOY;
    }

    static Set<String> keys() {
        return Arrays.stream(values()).map(HookPhase::key).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The phase that a hook's full name begins with; empty when this program does not know it. */
    public static Optional<HookPhase> ofName(String name) {
        return Arrays.stream(values())
                .filter(phase -> name.startsWith(phase.key + "/"))
                .findFirst();
    }
}
