package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The extended attributes of a file in the namespace {@code user}, which its owner sets: by name without that prefix, each
 * value in Base64, sorted.
 */
public final class Attributes {
    /** Of most files, and of all whose target does not ask for them. */
    public static final Attributes NONE = new Attributes(Map.of());

    private final SortedMap<String, String> values;

    /** @throws IllegalArgumentException if a name is empty or has a NUL, or a value is not Base64 */
    @JsonCreator
    public Attributes(Map<String, String> values) {
        this.values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        this.values.forEach((name, value) -> {
            Base64.getDecoder().decode(value);
            if (name.isEmpty() || name.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("Not the name of an extended attribute: '" + name + "'");
            }
        });
    }

    /** Whether the filesystem of this directory knows of any. */
    static boolean areKeptBelow(Path directory) throws IOException {
        return Files.getFileStore(directory).supportsFileAttributeView(UserDefinedFileAttributeView.class);
    }

    /** What a file has now, on a filesystem that knows of them. The last name in the path is not followed. */
    static Attributes of(Path file) throws IOException {
        UserDefinedFileAttributeView view = view(file);
        Map<String, String> values = new TreeMap<>();
        for (String name : view.list()) {
            ByteBuffer value = ByteBuffer.allocate(view.size(name));
            view.read(name, value);
            values.put(name, Base64.getEncoder().encodeToString(value.array()));
        }
        return values.isEmpty() ? NONE : new Attributes(values);
    }

    /**
     * Gives them to a file that has none yet and may be written to.
     *
     * @throws IOException if its filesystem does not take them
     */
    public void writeTo(Path file) throws IOException {
        for (Map.Entry<String, String> attribute : values.entrySet()) {
            byte[] value = Base64.getDecoder().decode(attribute.getValue());
            view(file).write(attribute.getKey(), ByteBuffer.wrap(value));
        }
    }

    private static UserDefinedFileAttributeView view(Path file) {
        return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** By name, in Base64, sorted. */
    @JsonValue
    public Map<String, String> values() {
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Attributes attributes && values.equals(attributes.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** {@code name=value} in Base64, separated by NUL, as the full root has it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) ->
                text.append(text.isEmpty() ? "" : "\0").append(name).append('=').append(value));
        return text.toString();
    }
}
