package io.jenkins.plugins.transparentdeploy.engine.faults;

import java.nio.file.attribute.FileTime;

/** One change to a disk, or one promise about changes. Files are numbers, because names come and go. */
sealed interface DiskOperation {
    /** A new file, directory or link under a name. */
    record Create(int directory, String name, DiskNode node) implements DiskOperation {}

    /** One more name for a file. */
    record Link(int directory, String name, int node) implements DiskOperation {}

    record Unlink(int directory, String name) implements DiskOperation {}

    /** @param node what has the name; that it had the old one may be lost. */
    record Rename(int from, String fromName, int to, String toName, int node) implements DiskOperation {}

    record Write(int node, long offset, byte[] bytes, FileTime modified) implements DiskOperation {}

    record Truncate(int node, long size) implements DiskOperation {}

    record SetAttributes(int node, DiskNode.Attributes attributes) implements DiskOperation {}

    /** All changes of this file, or of the names in this directory, are durable. */
    record Sync(int node) implements DiskOperation {}

    /** Syncing failed: what was written before may be lost for good, whatever a later sync says. */
    record FailedSync(int node) implements DiskOperation {}

    /** Somebody was told something; it must stay true. */
    record Acknowledged(Acknowledgement what) implements DiskOperation {}
}
