package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.service.ServiceFile;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two environments that are deployed to one directory: each would take away what the other brought. */
class NeighboursTest {
    @TempDir
    private Path temporary;

    @BeforeEach
    void artifacts() throws IOException {
        Files.createDirectories(temporary.resolve("live"));
        Files.createDirectories(temporary.resolve("elsewhere"));
        Files.createSymbolicLink(temporary.resolve("another way"), temporary);
        for (String name : new String[] {"shop", "bank"}) {
            Path artifact = Files.createDirectories(temporary.resolve(name + " artifact/webapps"));
            Files.writeString(artifact.resolve(name + ".war"), name);
        }
    }

    @Test
    void theSecondIsRefusedByWhateverWay() throws Exception {
        release("production", "directory: '@/live'", false);
        for (String target :
                new String[] {"directory: '@/live'", "directory: '@/another way/live'", "releases: '@/live'"}) {
            assertRefused(target);
        }
        assertThat(temporary.resolve("live/webapps/shop.war")).hasContent("shop");
        release("production", "directory: '@/live'", false);
        release("staging", "directory: '@/elsewhere'", false);
    }

    private void assertRefused(String target) {
        assertThatThrownBy(() -> release("staging", target, false))
                .as(target)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("shop/staging")
                .hasMessageContaining("that of shop/production, where 1 of it is live")
                .hasMessageContaining("--take-over");
    }

    @Test
    void whoTookItOverHasItUntilItIsTakenBack() throws Exception {
        release("production", "directory: '@/live'", false);
        release("staging", "directory: '@/live'", true);
        release("staging", "directory: '@/live'", false);
        assertThatThrownBy(() -> release("production", "directory: '@/live'", false))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("that of shop/staging");
        release("production", "directory: '@/live'", true);
        release("production", "directory: '@/live'", false);
    }

    @Test
    void whatWasReleasedElsewhereSinceGivesNoRightToADirectoryOfAnother() throws Exception {
        release("production", "directory: '@/live'", false);
        release("staging", "directory: '@/elsewhere'", false);
        assertRefused("directory: '@/live'");
    }

    @Test
    void twoServicesShareADirectoryIfNeitherManagesWhatTheOtherBrings() throws Exception {
        release("production", "directory: '@/live', exclude: ['webapps/bank.war']", false);
        release("bank", "directory: '@/live', exclude: ['webapps/shop.war']", false);
        release("production", "directory: '@/live', exclude: ['webapps/bank.war']", false);
        assertThat(temporary.resolve("live/webapps/shop.war")).hasContent("shop");
        assertThat(temporary.resolve("live/webapps/bank.war")).hasContent("bank");
        assertThatThrownBy(() -> release("bank", "directory: '@/live'", false))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("exclude from each what is the other's");
    }

    private void release(String environment, String target, boolean takeOver) throws IOException {
        String artifact = environment.equals("bank") ? "bank" : "shop";
        ServiceFile file = ServiceFile.parse(
                "test",
                "service: shop\nenvironments: {%s: {target: {%s}}}"
                        .formatted(environment, target.replace("@", temporary.toString())));
        StateDirectory directory = StateDirectory.open(temporary.resolve("state"));
        try (ManagedEnvironment opened = new EnvironmentBuilder(
                        file.environment(environment, JsonNodeFactory.instance.objectNode()),
                        directory,
                        LocalHost.open(directory.root()))
                .takeOver(takeOver)
                .open(Holder.thisProcess("alice", "test", Clock.systemUTC()))) {
            ReleaseRecord record =
                    new AutoRollback(opened).run(temporary.resolve(artifact + " artifact"), Workshop.request("1"));
            assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
        }
    }
}
