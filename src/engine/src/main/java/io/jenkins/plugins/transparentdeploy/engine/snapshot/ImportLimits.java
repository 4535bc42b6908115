package io.jenkins.plugins.transparentdeploy.engine.snapshot;

/**
 * What an artifact may grow to. Whatever they say, it must fit into the free space.
 *
 * @param maxEntries most files, links and directories together
 * @param maxBytes most bytes of content
 * @param maxRatio most times that the content may be larger than the archive
 * @param ratioFreeBytes bytes of content up to which the ratio does not matter
 */
public record ImportLimits(long maxEntries, long maxBytes, long maxRatio, long ratioFreeBytes) {
    /** For what people deploy: programs and text compress to a tenth at best, bombs to a thousandth. */
    public static final ImportLimits DEFAULT = new ImportLimits(500_000, 64L << 30, 100, 64L << 20);

    public ImportLimits {
        if (maxEntries < 1 || maxBytes < 1 || maxRatio < 1 || ratioFreeBytes < 0) {
            throw new IllegalArgumentException("Limits that nothing could keep");
        }
    }
}
