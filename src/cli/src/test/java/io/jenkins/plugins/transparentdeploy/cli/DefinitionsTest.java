package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.Actor;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DefinitionsTest {
    @TempDir
    private Path directory;

    private StateDirectory state;
    private Path file;

    @BeforeEach
    void aFileThatAnEarlierVersionTook() throws Exception {
        state = StateDirectory.open(directory.resolve("state"));
        file = Files.writeString(
                directory.resolve("shop.yaml"),
                """
                service: shop
                environments:
                  production:
                    target: {directory: /srv/shop}
                    analysis:
                      metrics:
                        - log: {file: /var/log/shop.log, pattern: SEVERE}
                          floor: 3
                """);
    }

    private EnvironmentDefinition resolve(Request.Verb verb) throws IOException {
        return Definitions.resolve(
                state,
                new RequestBuilder(
                                verb,
                                null,
                                "production",
                                file.toString(),
                                JsonNodeFactory.instance.objectNode(),
                                new Actor("anna", "tdeploy", Optional.empty()))
                        .build());
    }

    @ParameterizedTest
    @EnumSource(
            value = Request.Verb.class,
            names = {"deploy", "run"})
    void whatIsReleasedHasToMeanWhatItSays(Request.Verb verb) {
        assertThatThrownBy(() -> resolve(verb))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("metrics[0].floor' stands beside 'log'");
    }

    @ParameterizedTest
    @EnumSource(
            value = Request.Verb.class,
            names = {"rollback", "recover", "converge", "complete", "giveUp"})
    void whatGoesBackGoesByWhatWasAccepted(Request.Verb verb) throws Exception {
        assertThat(resolve(verb).analysis()).isPresent();
    }
}
