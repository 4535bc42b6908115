package io.jenkins.plugins.transparentdeploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The shop where it does not matter what is released: a page that nothing serves. {@link Shop} is one that runs. */
public final class OnePage {
    private final Path root;

    public OnePage(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(live());
    }

    /** Pipeline text that releases this page. It ends with an argument of {@code deploy}, so that others may follow. */
    public String release(String version, String page) {
        return "writeFile file: 'app/page', text: '" + page
                + "'; deploy service: 'shop', environment: 'production', stateDirectory: '" + root.resolve("state")
                + "', artifact: 'app', version: '" + version + "', target: directory('" + live() + "')";
    }

    /** What is live. */
    public Path page() {
        return live().resolve("page");
    }

    private Path live() {
        return root.resolve("live");
    }
}
