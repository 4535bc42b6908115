package io.jenkins.plugins.transparentdeploy.engine.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the pages show is what the reader takes: whole service files, and parts of an environment. */
class DocumentedServiceFilesTest {
    private static final Path DOCS = Path.of("../../docs");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```yaml\\n(.*?)^```");
    private static final List<String> PAGES = List.of(
            "analysis.md",
            "checks.md",
            "command-target.md",
            "hooks.md",
            "../README.md",
            "hosts.md",
            "java-service.md",
            "load-balancers.md",
            "notifications.md",
            "scaling.md",
            "service-file.md",
            "snapshots.md");

    /** An environment that the parts are about. */
    private static final String AROUND =
            """
            target: {directory: "/srv/shop/{instance}"}
            process: {run: [bin/server]}
            instances: {a: {port: 8081}, b: {port: 8082}}
            loadBalancer: {embedded: /run/shop/load-balancer.sock}
            """;

    private static List<String> blocks(Path page) throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(Files.readString(page));
        while (matcher.find()) {
            // Jenkins's own configuration as code is another file.
            if (!matcher.group(1).startsWith("unclassified:")) {
                blocks.add(matcher.group(1));
            }
        }
        return blocks;
    }

    @TestFactory
    List<DynamicTest> everyExampleIsRead() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String page : PAGES) {
            List<String> blocks = blocks(DOCS.resolve(page));
            assertThat(blocks).as(page).isNotEmpty();
            for (String block : blocks) {
                tests.add(DynamicTest.dynamicTest(
                        page + ": " + block.lines().findFirst().orElse(""), () -> read(block)));
            }
        }
        return tests;
    }

    private static void read(String block) {
        ServiceFile file = block.startsWith("service:")
                ? ServiceFile.parse("example", block)
                : ServiceFile.parse("example", "service: shop\n" + around(block) + "environments: {production: {}}\n");
        for (String environment : file.environments()) {
            assertThat(file.environment(environment, JsonNodeFactory.instance.objectNode())
                            .instances())
                    .isNotEmpty();
        }
    }

    private static String around(String block) {
        StringBuilder text = new StringBuilder(block);
        AROUND.lines()
                .filter(line -> !Pattern.compile("(?m)^" + line.substring(0, line.indexOf(':') + 1))
                        .matcher(block)
                        .find())
                .forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }
}
