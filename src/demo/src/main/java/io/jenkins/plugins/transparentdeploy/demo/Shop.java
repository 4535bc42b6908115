package io.jenkins.plugins.transparentdeploy.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The deployable: a release of Apache Tomcat as it was published, without its sample applications, with one page that
 * answers GET and POST, and listening where its instance is told to.
 */
final class Shop {
    private static final String CONNECTOR = "<Connector port=\"8080\" protocol=\"HTTP/1.1\"";

    private final Path directory;

    private Shop(Path directory) {
        this.directory = directory;
    }

    /** Unpacks and configures a release. */
    static Shop build(Path archive, Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        run(
                "tar",
                "-xzf",
                archive.toString(),
                "-C",
                directory.toString(),
                "--strip-components=1",
                "--wildcards",
                "--exclude=*/webapps/*");
        Shop shop = new Shop(directory);
        shop.replace("<Server port=\"8005\"", "<Server port=\"-1\"");
        shop.replace(CONNECTOR, "<Connector address=\"127.0.0.1\" port=\"${shop.port}\" protocol=\"HTTP/1.1\"");
        Path page = directory.resolve("webapps/ROOT/index.jsp");
        Files.createDirectories(page.getParent());
        try (InputStream in = Shop.class.getResourceAsStream("index.jsp")) {
            Files.copy(in, page);
        }
        return shop;
    }

    /**
     * A mistake of the kind that passes every smoke test: the form data of a POST may have one byte at most. The server
     * starts, its health is fine, every GET is answered, and every order fails.
     */
    Shop misconfigured() throws IOException {
        replace("port=\"${shop.port}\"", "port=\"${shop.port}\" maxPostSize=\"1\"");
        return this;
    }

    private void replace(String from, String to) throws IOException {
        Path file = directory.resolve("conf/server.xml");
        String text = Files.readString(file, StandardCharsets.UTF_8);
        if (!text.contains(from)) {
            throw new IOException(file + " does not contain " + from + ": this is another Tomcat than expected");
        }
        Files.writeString(
                file,
                text.replaceFirst(java.util.regex.Pattern.quote(from), java.util.regex.Matcher.quoteReplacement(to)));
    }

    Path directory() {
        return directory;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " ended with exit code " + process.exitValue());
        }
    }
}
