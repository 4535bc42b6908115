package io.jenkins.plugins.transparentdeploy.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A page that has a section of a benchmark between two marks; what others wrote on it stays.
 *
 * @param section its name in the marks
 * @param command that writes it
 */
record Page(Path file, String section, String command) {

    private String begin() {
        return "<!-- " + section + ": written by " + command + " -->";
    }

    private String end() {
        return "<!-- " + section + ": end -->";
    }

    /** @throws IOException before anything is measured, if there is nothing to write between */
    void check() throws IOException {
        String text = Files.readString(file);
        if (text.indexOf(begin()) < 0 || text.indexOf(end()) < text.indexOf(begin())) {
            throw new IOException(
                    file + " has no '" + begin() + "' and '" + end() + "' to write between. Add the two lines.");
        }
    }

    void write(String content) throws IOException {
        check();
        String text = Files.readString(file);
        Files.writeString(
                file,
                text.substring(0, text.indexOf(begin())) + begin() + "\n" + content.strip() + "\n\n"
                        + text.substring(text.indexOf(end())));
    }
}
