package io.jenkins.plugins.transparentdeploy.engine.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.transparentdeploy.engine.rollback.AutoRollback;
import io.jenkins.plugins.transparentdeploy.engine.rollback.Workshop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a release would lose is said before it does, on a real disk. */
class LostAttributesTest {
    @TempDir
    private Path directory;

    private Workshop workshop;

    @BeforeEach
    void release() throws IOException {
        assumeTrue(
                Files.getFileStore(directory).supportsFileAttributeView(UserDefinedFileAttributeView.class)
                        && Files.isExecutable(Path.of("/usr/bin/getfattr")),
                "needs extended attributes and getfattr");
        workshop = new Workshop(directory);
        workshop.write("v1", "app", "1", "same", "s");
        workshop.write("v2", "app", "2", "same", "s");
        Files.createDirectories(directory.resolve("live"));
    }

    @Test
    void whatIsReplacedInPlaceIsNamed() throws IOException {
        workshop.with("target: {directory: @root@/live}");
        try (ManagedEnvironment environment = workshop.open()) {
            new AutoRollback(environment).deploy(workshop.path("v1"), Workshop.request("1"), false);
            mark("live/same");
            assertThat(plan(environment).warnings()).isEmpty();
            mark("live/app");

            assertThat(plan(environment).warnings())
                    .singleElement()
                    .asString()
                    .contains("a release replaces without: app (the extended attribute user.origin). Let a hook");
            assertThat(LostAttributes.notKept(environment.instances().get(0)))
                    .hasValueSatisfying(sentence -> assertThat(sentence).contains("app (", "same ("));
        }
    }

    @Test
    void allThatIsWrittenAnewIsNamed() throws IOException {
        workshop.with("target: {releases: @root@/live}");
        try (ManagedEnvironment environment = workshop.open()) {
            new AutoRollback(environment).deploy(workshop.path("v1"), Workshop.request("1"), false);
            mark("live/current/same");

            assertThat(plan(environment).warnings())
                    .singleElement()
                    .asString()
                    .contains("same (the extended attribute user.origin)");
        }
    }

    @Test
    void nothingIsLostThatIsAskedFor() throws IOException {
        workshop.with("target: {directory: @root@/live, attributes: true}");
        try (ManagedEnvironment environment = workshop.open()) {
            AutoRollback machine = new AutoRollback(environment);
            machine.deploy(workshop.path("v1"), Workshop.request("1"), false);
            mark("live/app");
            assertThat(plan(environment).warnings()).isEmpty();
            assertThat(LostAttributes.notKept(environment.instances().get(0))).isEmpty();
        }
    }

    private Plan plan(ManagedEnvironment environment) throws IOException {
        return Plan.make(environment, workshop.path("v2"), true);
    }

    private void mark(String file) throws IOException {
        Files.getFileAttributeView(workshop.path(file).toRealPath(), UserDefinedFileAttributeView.class)
                .write("origin", ByteBuffer.wrap(new byte[] {1}));
    }
}
