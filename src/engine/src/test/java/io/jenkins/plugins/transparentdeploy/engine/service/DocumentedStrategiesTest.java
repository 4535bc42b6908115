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
import org.junit.jupiter.api.Test;

/** The service files in the documentation of strategies are read, each with the strategy that its chapter is about. */
class DocumentedStrategiesTest {
    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    @Test
    void everyExampleIsRead() throws IOException {
        List<String> strategies = new ArrayList<>();
        Matcher examples = YAML.matcher(Files.readString(Path.of("../../docs/strategies.md")));
        while (examples.find()) {
            strategies.add(ServiceFile.parse("docs/strategies.md", examples.group(1))
                    .environment("production", JsonNodeFactory.instance.objectNode())
                    .strategy()
                    .name());
        }
        assertThat(strategies).containsExactly("rolling", "blueGreen", "canary");
    }
}
