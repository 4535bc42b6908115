package io.jenkins.plugins.transparentdeploy.engine.release;

import java.util.EnumSet;
import java.util.Set;

/**
 * The states of a release. A deployment goes down the first row; whatever goes wrong leads into the second.
 *
 * <pre>
 * PREPARED → SNAPSHOTTED → DEPLOYING → VERIFYING → ANALYSING → SUCCEEDED
 *                              └───────────┴───────────┴────→ ROLLING_BACK → ROLLED_BACK | ROLLBACK_FAILED
 * </pre>
 *
 * A rollback by hand is a release of its own: {@code PREPARED → SNAPSHOTTED → ROLLING_BACK → ROLLED_BACK}. What ends
 * before it has changed anything is {@code ABANDONED}.
 */
public enum ReleaseState {
    /** Accepted and checked; nothing was touched. */
    PREPARED,
    /** The rollback point is stored. */
    SNAPSHOTTED,
    /** Instances are being changed. */
    DEPLOYING,
    /** Every instance has the release; smoke tests decide. A release may be held here by whoever goes on with it. */
    VERIFYING,
    /** Real traffic decides. */
    ANALYSING,
    /** Live and good. */
    SUCCEEDED,
    /** The state before is being brought back; this is always finished, after a crash too. */
    ROLLING_BACK,
    /** The state before is back and was verified. */
    ROLLED_BACK,
    /** The state before could not be brought back: a person is needed. */
    ROLLBACK_FAILED,
    /** Given up before anything was changed. */
    ABANDONED;

    /** Whether nothing more will happen by itself. */
    public boolean isFinal() {
        return this == SUCCEEDED || this == ROLLED_BACK || this == ROLLBACK_FAILED || this == ABANDONED;
    }

    /** Whether managed paths may differ from both the old and the new state. */
    public boolean isChanging() {
        return this == DEPLOYING || this == ROLLING_BACK;
    }

    /** The states that may follow. */
    public Set<ReleaseState> next() {
        return switch (this) {
            case PREPARED -> EnumSet.of(SNAPSHOTTED, ABANDONED);
            case SNAPSHOTTED -> EnumSet.of(DEPLOYING, ROLLING_BACK, SUCCEEDED, ABANDONED);
            case DEPLOYING -> EnumSet.of(VERIFYING, ROLLING_BACK);
            case VERIFYING -> EnumSet.of(ANALYSING, SUCCEEDED, ROLLING_BACK);
            case ANALYSING -> EnumSet.of(SUCCEEDED, ROLLING_BACK);
            case ROLLING_BACK -> EnumSet.of(ROLLED_BACK, ROLLBACK_FAILED);
            case ROLLBACK_FAILED -> EnumSet.of(ROLLING_BACK);
            case SUCCEEDED, ROLLED_BACK, ABANDONED -> EnumSet.noneOf(ReleaseState.class);
        };
    }
}
