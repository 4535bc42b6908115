package io.jenkins.plugins.transparentdeploy.engine.target.served;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Releases behind a link on a host with Java. */
class ServedReleasesTest extends ServedDirectoryTest {
    @Override
    Place.Kind kind() {
        return Place.Kind.RELEASES;
    }

    @Override
    Path madeByHand() throws IOException {
        Path release = Files.createDirectories(root.resolve("releases/initial"));
        Files.createSymbolicLink(root.resolve("current"), Path.of("releases/initial"));
        return release;
    }

    @Override
    protected Path live() {
        return root.resolve("current");
    }
}
