package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.ExtensionList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * The names that jobs and folders with releases once had, and those that they got instead, in {@code
 * transparent-deploy/renames.json}. What is kept of a release names its job as it was called then, and how many renames there had
 * been: so to rename a job, or a folder of them, is one line, however many releases they have, and Jenkins has either kept
 * it or not.
 */
@Extension
public final class JobRenames {
    private static final Logger LOGGER = Logger.getLogger(JobRenames.class.getName());
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String NAME = "renames.json";

    /** In their order; is never changed, but replaced. Null until it is read. */
    @CheckForNull
    private volatile List<Rename> all;

    private boolean unreadable;

    private record Rename(String from, String to) {
        String now(String name) {
            boolean below = name.startsWith(from) && name.startsWith("/", from.length());
            return below || name.equals(from) ? to + name.substring(from.length()) : name;
        }
    }

    static JobRenames get() {
        return ExtensionList.lookupSingleton(JobRenames.class);
    }

    /** How many there have been: what is written now is kept with this. */
    static int count() {
        return get().all().size();
    }

    /**
     * @param name of a job, as it was kept
     * @param count of the renames that there had been then
     */
    static String now(String name, int count) {
        List<Rename> all = get().all();
        String now = name;
        for (Rename rename : all.subList(Math.max(0, Math.min(count, all.size())), all.size())) {
            now = rename.now(now);
        }
        return now;
    }

    /**
     * @param from full name of a job or a folder
     * @throws IOException if it will be known only as long as this Jenkins runs
     */
    synchronized void add(String from, String to) throws IOException {
        List<Rename> more = new ArrayList<>(all());
        more.add(new Rename(from, to));
        all = List.copyOf(more);
        ArrayNode json = MAPPER.createArrayNode();
        more.forEach(rename -> json.addObject().put("from", rename.from()).put("to", rename.to()));
        Path file = file();
        if (unreadable) {
            throw new IOException(file + " could not be read, and is not written over");
        }
        ReleaseHistory.write(directory(), NAME, json.toPrettyString());
    }

    private List<Rename> all() {
        List<Rename> known = all;
        return known == null ? read() : known;
    }

    private synchronized List<Rename> read() {
        if (all == null) {
            Path file = file();
            List<Rename> read = new ArrayList<>();
            try {
                if (Files.exists(file)) {
                    for (JsonNode one : MAPPER.readTree(file.toFile())) {
                        read.add(new Rename(
                                one.path("from").asText(), one.path("to").asText()));
                    }
                }
            } catch (IOException e) {
                unreadable = true;
                LOGGER.log(
                        Level.SEVERE,
                        e,
                        () -> file + " cannot be read: releases of jobs that were renamed stand under their old names."
                                + " Let Jenkins read it, or restore it from a backup, and restart Jenkins.");
            }
            all = List.copyOf(read);
        }
        return all;
    }

    private static Path file() {
        return directory().resolve(NAME);
    }

    private static Path directory() {
        return Jenkins.get().getRootDir().toPath().resolve("transparent-deploy");
    }
}
