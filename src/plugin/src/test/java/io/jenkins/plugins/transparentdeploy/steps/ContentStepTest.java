package io.jenkins.plugins.transparentdeploy.steps;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a release is called that nobody gives a version. */
class ContentStepTest {
    @Test
    void aBuildsNameAsOneLine() {
        assertThat(ContentStep.versionOf("#7", 7)).isEqualTo("7");
        assertThat(ContentStep.versionOf("1.4.2", 7)).isEqualTo("1.4.2");
        assertThat(ContentStep.versionOf("#7 \t fix: it\n", 7)).isEqualTo("7 fix: it");
        assertThat(ContentStep.versionOf("#\u0007", 7)).isEqualTo("7");
    }

    @Test
    void aLongNameIsCut() {
        assertThat(ContentStep.versionOf("x".repeat(1_000), 7)).hasSize(100);
        assertThat(ContentStep.versionOf("x".repeat(99) + " y", 7))
                .as("no space at its end")
                .hasSize(99);
        assertThat(ContentStep.versionOf("x".repeat(99) + "\uD83D\uDE80 y", 7)).endsWith("x\uD83D\uDE80");
    }
}
