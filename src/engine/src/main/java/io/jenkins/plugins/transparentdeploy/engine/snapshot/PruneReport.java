package io.jenkins.plugins.transparentdeploy.engine.snapshot;

/**
 * What pruning came to.
 *
 * @param keptObjects objects that are needed
 * @param removedObjects objects that nothing needed
 * @param bytesBefore of the store on the disk
 * @param bytesAfter of the store on the disk
 */
public record PruneReport(long keptObjects, long removedObjects, long bytesBefore, long bytesAfter) {}
