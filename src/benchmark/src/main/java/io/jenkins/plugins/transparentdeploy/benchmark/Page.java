package io.jenkins.plugins.transparentdeploy.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page that has a section of this benchmark between two marks; what others wrote on it stays. */
record Page(Path file) {
    static final String BEGIN = "<!-- store: written by ./benchmark -->";
    static final String END = "<!-- store: end -->";

    /** @throws IOException before anything is measured, if there is nothing to write between */
    void check() throws IOException {
        String text = Files.readString(file);
        if (text.indexOf(BEGIN) < 0 || text.indexOf(END) < text.indexOf(BEGIN)) {
            throw new IOException(
                    file + " has no '" + BEGIN + "' and '" + END + "' to write between. Add the two lines.");
        }
    }

    void write(String section) throws IOException {
        check();
        String text = Files.readString(file);
        Files.writeString(
                file,
                text.substring(0, text.indexOf(BEGIN)) + BEGIN + "\n" + section.strip() + "\n\n"
                        + text.substring(text.indexOf(END)));
    }
}
