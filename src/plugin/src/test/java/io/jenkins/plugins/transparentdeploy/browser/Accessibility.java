package io.jenkins.plugins.transparentdeploy.browser;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The rules of WCAG 2.1, levels A and AA, that axe-core can check, for what is ours on a page. */
final class Accessibility {
    private static final String AXE = script();
    private static final String RUN =
            """
            async () => (await axe.run('#main-panel', {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}))
                .violations.flatMap(rule => rule.nodes.map(node => rule.id + ': ' + node.html + ' ' + node.failureSummary))
            """;

    private Accessibility() {}

    /** @return each with its rule, the element and what to do; empty if there are none */
    static List<?> violations(Page page) {
        page.evaluate(AXE);
        return (List<?>) page.evaluate(RUN);
    }

    private static String script() {
        try (InputStream script = Accessibility.class.getResourceAsStream("/axe.min.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
