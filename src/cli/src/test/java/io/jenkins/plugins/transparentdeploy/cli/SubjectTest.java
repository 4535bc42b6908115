package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseId;
import io.jenkins.plugins.transparentdeploy.engine.rollback.AutoRollback;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever decides about one release, after another has taken its place. */
class SubjectTest {
    @TempDir
    private Path directory;

    private OpenedShop shop;
    private ReleaseId first;

    @BeforeEach
    void oneIsLive() throws Exception {
        shop = new OpenedShop(directory);
        first = release("1", false);
    }

    @Test
    void theOneThatIsMeant() throws Exception {
        assertThatCode(() -> require("rollback", first)).doesNotThrowAnyException();
        ReleaseId second = release("2", true);
        assertThatCode(() -> require("complete", second)).doesNotThrowAnyException();
        assertThatCode(() -> require("giveUp", second)).doesNotThrowAnyException();
        assertThatCode(() -> require("rollback", null)).as("none is named").doesNotThrowAnyException();
    }

    @Test
    void anotherThatWaitsForADecisionIsLeftAlone() throws Exception {
        ReleaseId second = release("2", true);
        for (String command : new String[] {"complete", "giveUp"}) {
            assertThatThrownBy(() -> require(command, first))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(
                            "Release " + first + " waits for no decision any more; 2 (" + second + ") does")
                    .hasMessageContaining("tdeploy history --release " + first);
        }
        assertThatThrownBy(() -> require("rollback", first))
                .hasMessageContaining("2 (" + second + ") is being released over it");
    }

    @Test
    void anotherThatIsLiveIsLeftAlone() throws Exception {
        ReleaseId second = release("2", false);
        assertThatThrownBy(() -> require("rollback", first))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("Release " + first + " is not live any more; 2 (" + second + ") is, released by ")
                .hasMessageContaining("ask once more if it is to go back from there");
        assertThatThrownBy(() -> require("complete", second)).hasMessageContaining("waits for no decision any more.");
    }

    private void require(String command, ReleaseId about) throws IOException {
        String request =
                "{\"command\": \"" + command + "\", \"about\": " + (about == null ? null : "\"" + about + "\"") + "}";
        new Subject(Json.MAPPER.readValue(request, Request.class)).require(new ReleaseHistory(shop.environment()));
    }

    private ReleaseId release(String version, boolean hold) throws IOException {
        try (ManagedEnvironment environment = shop.builder("true").open(OpenedShop.holder("releasing"))) {
            AutoRollback machine = new AutoRollback(environment);
            return (hold
                            ? machine.deploy(shop.content(version), OpenedShop.request(version), true)
                            : machine.run(shop.content(version), OpenedShop.request(version)))
                    .id();
        }
    }
}
