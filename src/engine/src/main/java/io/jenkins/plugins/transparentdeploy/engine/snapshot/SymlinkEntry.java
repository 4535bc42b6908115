package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.util.Objects;

/**
 * A symbolic link, kept as it is and never followed.
 *
 * @param path relative path
 * @param target what the link says, which need not exist
 */
public record SymlinkEntry(String path, String target) implements ManifestEntry {
    public SymlinkEntry {
        EntryPath.requireValid(path);
        Objects.requireNonNull(target, "target");
        if (target.isEmpty() || target.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("Not a link target at " + path + ": '" + target + "'");
        }
    }

    @Override
    public boolean sameContent(ManifestEntry other) {
        return other instanceof SymlinkEntry link && target.equals(link.target);
    }

    @Override
    public boolean meets(ManifestEntry wanted) {
        return sameContent(wanted);
    }

    @Override
    public SymlinkEntry at(String other) {
        return new SymlinkEntry(other, target);
    }

    @Override
    public SymlinkEntry withoutOwner() {
        return this;
    }

    @Override
    public String description() {
        return "link to " + target;
    }
}
