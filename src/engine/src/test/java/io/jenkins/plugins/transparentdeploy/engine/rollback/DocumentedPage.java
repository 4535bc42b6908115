package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A page of the documentation, whose examples are tried as they stand but for what is named. */
record DocumentedPage(List<String> yaml) {
    static DocumentedPage read(String name) throws IOException {
        String page = Files.readString(Path.of("../../docs").resolve(name));
        return new DocumentedPage(Pattern.compile("(?ms)^```yaml\\n(.*?)^```")
                .matcher(page)
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList());
    }

    /** The environment of the service file that has these words, as it stands in the workshop's service file. */
    String environment(String words) {
        String file = block(words);
        String start = "  production:\n";
        assertThat(file).startsWith("service: shop\n").contains(start);
        // A line feed at the end would be a line without indentation.
        return file.substring(file.indexOf(start) + start.length())
                        .stripTrailing()
                        .stripIndent()
                + "\n";
    }

    String block(String words) {
        return yaml.stream().filter(block -> block.contains(words)).findFirst().orElseThrow();
    }

    /** Replaces something that has to be there. */
    static String replace(String text, String old, String by) {
        assertThat(text).contains(old);
        return text.replace(old, by);
    }
}
