package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** One path of a tree and what stands there. Paths are relative, with {@code /} between names on every platform. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = FileEntry.class, name = "file"),
    @JsonSubTypes.Type(value = DirectoryEntry.class, name = "directory"),
    @JsonSubTypes.Type(value = SymlinkEntry.class, name = "symlink")
})
public sealed interface ManifestEntry permits FileEntry, DirectoryEntry, SymlinkEntry {
    /** Relative to the root, such as {@code conf/server.xml}. */
    String path();

    /** Whether both are the same on any host: type, content, executable bit, link target. */
    boolean sameContent(ManifestEntry other);

    /** Whether this, found on a disk, is all that {@code wanted} asks for; an unknown owner asks for none. */
    boolean meets(ManifestEntry wanted);

    /** The same at another path. */
    ManifestEntry at(String other);

    /** The same without an owner, where it has one. */
    ManifestEntry withoutOwner();

    /** For people: what stands there, without the path. */
    String description();
}
