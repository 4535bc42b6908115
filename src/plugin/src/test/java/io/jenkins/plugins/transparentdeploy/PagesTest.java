package io.jenkins.plugins.transparentdeploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is ours on a page works under a policy that allows nothing inline; of Jenkins's own, styles do not. */
class PagesTest {
    private static final Pattern INLINE =
            Pattern.compile("\\s(style|on[a-z]+)=\"|<style|<script(?![^>]*\\ssrc=)|javascript:");

    @Test
    void haveNoScriptAndNoStyleOfTheirOwn() throws IOException {
        List<Path> pages = pages();
        assertThat(pages).hasSizeGreaterThan(50);
        assertThat(pages.stream().filter(page -> INLINE.matcher(text(page)).find()))
                .isEmpty();
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/resources"))) {
            return files.filter(file -> file.toString().matches(".*\\.(jelly|html)"))
                    .toList();
        }
    }

    private static String text(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
