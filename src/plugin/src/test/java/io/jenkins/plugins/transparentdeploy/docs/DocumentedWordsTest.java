package io.jenkins.plugins.transparentdeploy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.records.Health;
import io.jenkins.plugins.transparentdeploy.records.Standing;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Whatever the pages say of how a service or a release stands, the page for release managers says what it means. */
class DocumentedWordsTest {
    @Test
    void everyHealthAndEveryStandingIsExplained() throws IOException {
        String text = Page.whole("releases-page.md").text();
        assertThat(Health.values()).allSatisfy(health -> assertThat(text)
                .contains("| *" + health.getText() + "* |")
                .contains("`" + health + "`"));
        String words = Page.section("releases-page.md", "Where to look").text().replaceAll("\\s+", " ");
        assertThat(Standing.values())
                .allSatisfy(standing -> assertThat(words).contains("*" + standing.getText() + "*"));
    }
}
