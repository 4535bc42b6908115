package io.jenkins.plugins.transparentdeploy.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A PostgreSQL server of Debian's with a cluster of its own, which is reached through a socket and by nobody else. */
final class PrivatePostgres implements AutoCloseable {
    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");

    private final Path programs;
    private final Path directory;

    private PrivatePostgres(Path programs, Path directory) {
        this.programs = programs;
        this.directory = directory;
    }

    /** Starts one; the test is skipped when it is not installed. */
    static PrivatePostgres start() throws IOException, InterruptedException {
        Optional<Path> programs = programs();
        assumeTrue(programs.isPresent(), "Debian's package postgresql is not installed");
        // The name of a socket has at most some hundred bytes, so not below the directory of the test.
        PrivatePostgres server =
                new PrivatePostgres(programs.get(), Files.createTempDirectory(Path.of("/tmp"), "tdeploy-pg"));
        if (isRoot()) {
            run(List.of("chown", "postgres", server.directory.toString()));
        }
        server.asServer(
                "initdb", "-D", server.data(), "-U", "postgres", "--auth=trust", "-N", "--no-locale", "-E", "UTF8");
        server.asServer(
                "pg_ctl",
                "-D",
                server.data(),
                "-w",
                "-l",
                server.directory.resolve("log").toString(),
                "-o",
                "-c fsync=off -c listen_addresses='' -k " + server.directory,
                "start");
        return server;
    }

    private static Optional<Path> programs() throws IOException {
        if (!Files.isDirectory(VERSIONS)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(VERSIONS)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder());
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    /** What {@code PGHOST} is for it; the user is {@code postgres}. */
    String host() {
        return directory.toString();
    }

    /** What a query answers, a line for each row. */
    String ask(String database, String query) throws IOException, InterruptedException {
        return run(List.of("psql", "-h", host(), "-U", "postgres", "-Atqc", query, database))
                .strip();
    }

    /** The server refuses to be root. */
    private void asServer(String program, String... arguments) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(isRoot() ? List.of("runuser", "-u", "postgres", "--") : List.of());
        argv.add(programs.resolve(program).toString());
        argv.addAll(List.of(arguments));
        run(argv);
    }

    private static String run(List<String> argv) throws IOException, InterruptedException {
        Path output = Files.createTempFile("tdeploy-pg", ".log");
        try {
            // Not a pipe: the server would keep it open.
            int exitCode = new ProcessBuilder(argv)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start()
                    .waitFor();
            String said = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(exitCode).as(argv + ": " + said).isZero();
            return said;
        } finally {
            Files.delete(output);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        asServer("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
        run(List.of("rm", "-rf", directory.toString()));
    }
}
