package io.jenkins.plugins.transparentdeploy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A section of a page of the documentation, from which tests take what it shows. */
record Page(String name, String text) {
    private static final Path DOCS =
            Path.of("..", "..", "docs").toAbsolutePath().normalize();

    static Page section(String name, String heading) throws IOException {
        Matcher section = Pattern.compile("(?ms)^(#+) " + Pattern.quote(heading) + "$(.*?)(?=^\\1 |^## |\\z)")
                .matcher(Files.readString(DOCS.resolve(name)));
        assertThat(section.find()).as(heading + " in " + name).isTrue();
        return new Page(name, section.group(2));
    }

    static Page whole(String name) throws IOException {
        return new Page(name, Files.readString(DOCS.resolve(name)));
    }

    String jenkinsfile() {
        return block("groovy", 0);
    }

    /** The first, second, … of its blocks in a language. */
    String block(String language, int number) {
        Matcher block = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```").matcher(text);
        for (int skipped = 0; skipped <= number; skipped++) {
            assertThat(block.find()).as(language + " " + number + " in " + name).isTrue();
        }
        return block.group(1);
    }

    /** All scripts that name themselves in their second line. */
    void writeScripts(Path directory) throws IOException {
        Matcher script = Pattern.compile("(?ms)^```sh\\n(#!/bin/sh\\n# (\\S+)\\n.*?)^```")
                .matcher(text);
        while (script.find()) {
            Path file = Files.writeString(directory.resolve(script.group(2)), script.group(1));
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
    }
}
