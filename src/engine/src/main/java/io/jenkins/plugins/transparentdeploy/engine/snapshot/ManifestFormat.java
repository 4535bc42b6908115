package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How a manifest is written: JSON Lines in UTF-8, every line ended by a line feed. The first line is the header with the
 * number of entries; then one entry per line, sorted.
 */
final class ManifestFormat {
    private static final String FORMAT = "transparent-deploy-manifest";
    private static final int VERSION = 1;

    private record Header(String format, int version, int entries) {}

    private ManifestFormat() {}

    static byte[] serialise(Manifest manifest) {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            writeLine(out, new Header(FORMAT, VERSION, manifest.entries().size()));
            for (ManifestEntry entry : manifest.entries()) {
                writeLine(out, entry);
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param subject what is read, for the message
     * @throws CorruptStateException if this is not a manifest that this version can read
     */
    static Manifest parse(InputStream in, String subject) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        try {
            String first = lines.readLine();
            Header header = first == null ? null : Json.MAPPER.readValue(first, Header.class);
            if (header == null || !FORMAT.equals(header.format()) || header.version() != VERSION) {
                throw notReadable(subject, "it has no header of a version " + VERSION + " manifest");
            }
            List<ManifestEntry> entries = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                entries.add(Json.MAPPER.readValue(line, ManifestEntry.class));
            }
            if (entries.size() != header.entries()) {
                throw notReadable(subject, "it has " + entries.size() + " entries instead of " + header.entries());
            }
            return Manifest.of(entries);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw notReadable(subject, e.getMessage().lines().findFirst().orElse("it is not JSON"));
        }
    }

    private static CorruptStateException notReadable(String subject, String reason) {
        return new CorruptStateException(
                subject + " cannot be read as a manifest: " + reason,
                "Use the version of the program that wrote it, or another rollback point");
    }

    private static void writeLine(ByteArrayOutputStream out, Object line) throws IOException {
        out.write(Json.MAPPER.writeValueAsBytes(line));
        out.write('\n');
    }
}
