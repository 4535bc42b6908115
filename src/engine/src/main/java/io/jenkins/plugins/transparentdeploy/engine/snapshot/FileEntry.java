package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Objects;

/**
 * A regular file.
 *
 * @param path relative path
 * @param mode permission bits
 * @param modified modification time, to the nanosecond where the filesystem knows it
 * @param owner user and group, or {@link Owner#UNKNOWN}; null becomes that
 * @param size bytes of content
 * @param content id of the content
 * @param attributes extended attributes, where they are asked for; null becomes {@link Attributes#NONE}
 */
public record FileEntry(
        String path,
        FileMode mode,
        Instant modified,
        @JsonInclude(value = JsonInclude.Include.NON_EMPTY) Owner owner,
        long size,
        ContentId content,
        @JsonInclude(value = JsonInclude.Include.NON_EMPTY) Attributes attributes)
        implements ManifestEntry {
    public FileEntry {
        EntryPath.requireValid(path);
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(modified, "modified");
        Objects.requireNonNull(content, "content");
        owner = owner == null ? Owner.UNKNOWN : owner;
        attributes = attributes == null ? Attributes.NONE : attributes;
        if (size < 0) {
            throw new IllegalArgumentException("Negative size of " + path + ": " + size);
        }
    }

    /** One without extended attributes. */
    public FileEntry(String path, FileMode mode, Instant modified, Owner owner, long size, ContentId content) {
        this(path, mode, modified, owner, size, content, Attributes.NONE);
    }

    @Override
    public boolean sameContent(ManifestEntry other) {
        return other instanceof FileEntry file
                && content.equals(file.content)
                && mode.executable() == file.mode.executable();
    }

    @Override
    public boolean meets(ManifestEntry wanted) {
        return wanted instanceof FileEntry file
                && content.equals(file.content)
                && mode.equals(file.mode)
                && modified.equals(file.modified)
                && attributes.equals(file.attributes)
                && (!file.owner.known() || owner.equals(file.owner));
    }

    @Override
    public FileEntry at(String other) {
        return new FileEntry(other, mode, modified, owner, size, content, attributes);
    }

    @Override
    public FileEntry withoutOwner() {
        return new FileEntry(path, mode, modified, Owner.UNKNOWN, size, content, attributes);
    }

    /** The same with other extended attributes. */
    FileEntry with(Attributes others) {
        return new FileEntry(path, mode, modified, owner, size, content, others);
    }

    @Override
    public String description() {
        return "%sfile of %d bytes, sha256 %s"
                .formatted(
                        mode.executable() ? "executable " : "",
                        size,
                        content.hex().substring(0, 12));
    }
}
