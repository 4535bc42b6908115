package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * A directory. Its times are not kept: they change with whatever is created in it.
 *
 * @param path relative path
 * @param mode permission bits
 * @param owner user and group, or {@link Owner#UNKNOWN}; null becomes that
 */
public record DirectoryEntry(
        String path, FileMode mode, @JsonInclude(value = JsonInclude.Include.NON_EMPTY) Owner owner)
        implements ManifestEntry {
    public DirectoryEntry {
        EntryPath.requireValid(path);
        Objects.requireNonNull(mode, "mode");
        owner = owner == null ? Owner.UNKNOWN : owner;
    }

    /** The same with another mode. */
    public DirectoryEntry withMode(FileMode other) {
        return new DirectoryEntry(path, other, owner);
    }

    @Override
    public boolean sameContent(ManifestEntry other) {
        return other instanceof DirectoryEntry;
    }

    @Override
    public boolean meets(ManifestEntry wanted) {
        return wanted instanceof DirectoryEntry directory
                && mode.equals(directory.mode)
                && (!directory.owner.known() || owner.equals(directory.owner));
    }

    @Override
    public DirectoryEntry at(String other) {
        return new DirectoryEntry(other, mode, owner);
    }

    @Override
    public DirectoryEntry withoutOwner() {
        return new DirectoryEntry(path, mode, Owner.UNKNOWN);
    }

    @Override
    public String description() {
        return "directory";
    }
}
