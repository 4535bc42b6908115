package io.jenkins.plugins.transparentdeploy.engine.release;

/**
 * How a release differs from the one before, over all instances.
 *
 * @param bytes the content of what was created and updated
 */
public record DeltaSummary(int created, int updated, int deleted, long bytes) {
    /** No difference. */
    public static final DeltaSummary NONE = new DeltaSummary(0, 0, 0, 0);

    public DeltaSummary plus(DeltaSummary other) {
        return new DeltaSummary(
                created + other.created, updated + other.updated, deleted + other.deleted, bytes + other.bytes);
    }

    /** Whether nothing differs. */
    public boolean unchanged() {
        return created + updated + deleted == 0;
    }

    @Override
    public String toString() {
        return unchanged() ? "no change" : "+%d ~%d -%d files".formatted(created, updated, deleted);
    }
}
