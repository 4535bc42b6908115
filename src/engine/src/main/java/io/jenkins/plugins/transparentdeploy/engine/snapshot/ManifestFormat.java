package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How a manifest is written: JSON Lines in UTF-8, every line ended by a line feed. The first line is the header with the
 * number of entries; then one entry per line, sorted. It is what the entries' annotations say, member by member, without
 * what reflection costs for each of many.
 */
final class ManifestFormat {
    private static final String FORMAT = "transparent-deploy-manifest";
    private static final int VERSION = 1;

    private ManifestFormat() {}

    static byte[] serialise(Manifest manifest) {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            write(manifest, out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes it as it is read, without closing {@code out}. */
    static void write(Manifest manifest, OutputStream out) throws IOException {
        JsonGenerator json = Json.MAPPER.getFactory().createGenerator(out);
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
        json.setRootValueSeparator(null);
        try (json) {
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeNumberField("version", VERSION);
            json.writeNumberField("entries", manifest.entries().size());
            json.writeEndObject();
            json.writeRaw('\n');
            for (ManifestEntry entry : manifest.entries()) {
                write(entry, json);
                json.writeRaw('\n');
            }
        }
    }

    private static void write(ManifestEntry entry, JsonGenerator json) throws IOException {
        json.writeStartObject();
        if (entry instanceof FileEntry file) {
            json.writeStringField("type", "file");
            json.writeStringField("path", file.path());
            json.writeStringField("mode", file.mode().toString());
            json.writeStringField("modified", file.modified().toString());
            writeOwner(file.owner(), json);
            json.writeNumberField("size", file.size());
            json.writeStringField("content", file.content().hex());
            writeAttributes(file.attributes(), json);
        } else if (entry instanceof DirectoryEntry directory) {
            json.writeStringField("type", "directory");
            json.writeStringField("path", directory.path());
            json.writeStringField("mode", directory.mode().toString());
            writeOwner(directory.owner(), json);
        } else if (entry instanceof SymlinkEntry link) {
            json.writeStringField("type", "symlink");
            json.writeStringField("path", link.path());
            json.writeStringField("target", link.target());
        }
        json.writeEndObject();
    }

    private static void writeOwner(Owner owner, JsonGenerator json) throws IOException {
        if (owner.known()) {
            json.writeStringField("owner", owner.toString());
        }
    }

    private static void writeAttributes(Attributes attributes, JsonGenerator json) throws IOException {
        if (!attributes.isEmpty()) {
            json.writeObjectFieldStart("attributes");
            for (Map.Entry<String, String> attribute : attributes.values().entrySet()) {
                json.writeStringField(attribute.getKey(), attribute.getValue());
            }
            json.writeEndObject();
        }
    }

    /**
     * Reads to the end of the stream.
     *
     * @param subject what is read, for the message
     * @throws CorruptStateException if this is not a manifest that this version can read
     */
    static Manifest parse(InputStream in, String subject) throws IOException {
        try (JsonParser json = Json.MAPPER.getFactory().createParser(in)) {
            json.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
            Line header = new Line();
            if (!header.read(json)
                    || !FORMAT.equals(header.text("format"))
                    || header.number("version", 0) != VERSION
                    || header.number("entries", -1) < 0) {
                throw notReadable(subject, "it has no header of a version " + VERSION + " manifest");
            }
            long count = header.number("entries", 0);
            PackedEntries entries = parseEntries(json);
            if (entries.size() != count) {
                throw notReadable(subject, "it has " + entries.size() + " entries instead of " + count);
            }
            return new Manifest(entries);
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            throw notReadable(
                    subject, String.valueOf(e.getMessage()).lines().findFirst().orElse("it is not JSON"));
        }
    }

    private static PackedEntries parseEntries(JsonParser json) throws IOException {
        try (EntryPacker packer = new EntryPacker()) {
            Line line = new Line();
            while (line.read(json)) {
                packer.add(line.entry());
            }
            return packer.pack();
        }
    }

    private static CorruptStateException notReadable(String subject, String reason) {
        return new CorruptStateException(
                subject + " cannot be read as a manifest: " + reason,
                "Use the version of the program that wrote it, or another rollback point");
    }

    /** The members of one line; those that nobody knows are skipped. Modes and owners are few, and shared. */
    private static final class Line {
        /** A line with any number of others takes no more memory. */
        private static final Set<String> MEMBERS = Set.of(
                "format",
                "version",
                "entries",
                "type",
                "path",
                "mode",
                "modified",
                "owner",
                "size",
                "content",
                "target");

        private final Map<String, String> members = new HashMap<>();
        private final Map<String, String> attributes = new HashMap<>();
        private final Map<String, FileMode> modes = new HashMap<>();
        private final Map<String, Owner> owners = new HashMap<>();

        /** Reads the next line; false at the end. */
        boolean read(JsonParser json) throws IOException {
            members.clear();
            attributes.clear();
            JsonToken first = json.nextToken();
            if (first == null) {
                return false;
            }
            if (first != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("a line is not an object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (value == JsonToken.START_OBJECT && name.equals("attributes")) {
                    readAttributes(json);
                } else if (value.isStructStart() || !MEMBERS.contains(name)) {
                    json.skipChildren();
                } else {
                    members.put(name, json.getText());
                }
            }
            return true;
        }

        private void readAttributes(JsonParser json) throws IOException {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                attributes.put(name, json.getText());
            }
        }

        String text(String name) {
            return members.get(name);
        }

        private String needed(String name) {
            String text = members.get(name);
            if (text == null) {
                throw new IllegalArgumentException("an entry has no member '" + name + "'");
            }
            return text;
        }

        long number(String name, long otherwise) {
            String text = members.get(name);
            return text == null ? otherwise : Long.parseLong(text);
        }

        ManifestEntry entry() {
            String type = String.valueOf(needed("type"));
            return switch (type) {
                case "file" ->
                    new FileEntry(
                            needed("path"),
                            mode(),
                            Instant.parse(needed("modified")),
                            owner(),
                            number("size", -1),
                            new ContentId(needed("content")),
                            attributes.isEmpty() ? Attributes.NONE : new Attributes(attributes));
                case "directory" -> new DirectoryEntry(needed("path"), mode(), owner());
                case "symlink" -> new SymlinkEntry(needed("path"), needed("target"));
                default -> throw new IllegalArgumentException("it has an entry of the unknown type '" + type + "'");
            };
        }

        private FileMode mode() {
            return modes.computeIfAbsent(needed("mode"), FileMode::parse);
        }

        private Owner owner() {
            String owner = text("owner");
            return owner == null ? Owner.UNKNOWN : owners.computeIfAbsent(owner, Owner::parse);
        }
    }
}
