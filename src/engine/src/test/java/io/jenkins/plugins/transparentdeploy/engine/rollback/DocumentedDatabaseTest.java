package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.Drifts;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.PastStates;
import io.jenkins.plugins.transparentdeploy.engine.release.Plan;
import io.jenkins.plugins.transparentdeploy.engine.release.PlannedHook;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.RollbackPoints;
import io.jenkins.plugins.transparentdeploy.engine.target.command.PrivatePostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page about command targets, as it stands, against a real PostgreSQL server. Of it only two things differ: where the
 * scripts are, and where the server is.
 */
class DocumentedDatabaseTest {
    private static final Path PAGE = Path.of("../../docs/command-target.md");

    @TempDir
    private Path temporary;

    private static PrivatePostgres server;
    private Workshop workshop;

    @BeforeAll
    static void start() throws Exception {
        server = PrivatePostgres.start();
    }

    @BeforeEach
    void asOnThePage() throws Exception {
        server.ask("postgres", "DROP DATABASE IF EXISTS shop");
        server.ask("postgres", "CREATE DATABASE shop");
        String page = Files.readString(PAGE);
        Path scripts = Files.createDirectory(temporary.resolve("shop-db"));
        Matcher script = Pattern.compile("(?ms)^```sh\\n(#!/bin/sh\\n# (\\S+)\\n.*?)^```")
                .matcher(page);
        while (script.find()) {
            Path file = Files.writeString(scripts.resolve(script.group(2)), script.group(1));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        assertThat(scripts.toFile().list())
                .containsExactlyInAnyOrder("capture.sh", "apply.sh", "restore.sh", "verify.sh");
        workshop = new Workshop(temporary);
        describe("compensable");
        workshop.write("1", "migrations/001-orders.sql", "CREATE TABLE orders (id int PRIMARY KEY)");
        workshop.write(
                "2",
                "migrations/001-orders.sql",
                "CREATE TABLE orders (id int PRIMARY KEY)",
                "migrations/002-names.sql",
                "ALTER TABLE orders ADD COLUMN name text NOT NULL DEFAULT 'none'");
        workshop.write(
                "bad",
                "migrations/001-orders.sql",
                "CREATE TABLE orders (id int PRIMARY KEY)",
                "migrations/002-names.sql",
                "ALTER TABLE orders ADD COLUMN name text NOT NULL DEFAULT 'none'",
                "migrations/003-broken.sql",
                "UPDATE orders SET nonsense = 1");
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    /** The environment of the page's service file. */
    private void describe(String reversibility) throws IOException {
        Matcher yaml = Pattern.compile("(?ms)^```yaml\\n(.*?)^```").matcher(Files.readString(PAGE));
        assertThat(yaml.find()).isTrue();
        String environment = yaml.group(1)
                .lines()
                .dropWhile(line -> !line.startsWith("    target:"))
                .collect(Collectors.joining("\n"))
                .stripIndent();
        workshop.with(environment
                        .replace("/srv/shop-db", "@root@/shop-db")
                        .replace("/var/run/postgresql", server.host())
                        .replace("reversibility: compensable", "reversibility: " + reversibility)
                + "\nfreezeAfterRollback: false\n");
    }

    private String columns() throws Exception {
        return server.ask(
                "shop",
                "SELECT string_agg(column_name, ',' ORDER BY column_name) FROM information_schema.columns"
                        + " WHERE table_name = 'orders'");
    }

    @Test
    void aReleaseAMigrationThatFailsAndTheWayBack() throws Exception {
        assertThat(workshop.run("1").state()).isEqualTo(ReleaseState.SUCCEEDED);
        server.ask("shop", "INSERT INTO orders VALUES (1)");

        ReleaseRecord bad = workshop.run("bad");
        assertThat(bad.state()).as(bad.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(bad.reasonOfState())
                .contains("'apply' ended with exit code")
                .contains("nonsense")
                .contains("003-broken.sql");
        assertThat(columns()).as("the second of its migrations was committed").isEqualTo("id");
        assertThat(server.ask("shop", "SELECT id FROM orders")).isEqualTo("1");

        assertThat(workshop.run("2").state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(columns()).isEqualTo("id,name");
    }

    @Test
    void aRollbackByHandRestoresWhatWasCapturedWhenTheOlderOneWasLive() throws Exception {
        workshop.run("1");
        server.ask("shop", "INSERT INTO orders VALUES (1)");
        workshop.run("2");
        server.ask("shop", "INSERT INTO orders VALUES (2)");

        ReleaseRecord back = workshop.rollback("previous");
        assertThat(back.state()).as(back.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(columns()).isEqualTo("id");
        assertThat(server.ask("shop", "SELECT id FROM orders")).isEqualTo("1");

        assertThat(workshop.rollback(back.before().orElseThrow().value()).state())
                .as("what was written since was captured first")
                .isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(server.ask("shop", "SELECT id FROM orders ORDER BY id")).isEqualTo("1\n2");
        assertThat(columns()).isEqualTo("id,name");
        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(Drifts.find(environment)).isEmpty();
            assertThat(PastStates.until(
                                    environment, environment.journal().head().seq())
                            .changedByOthers())
                    .isEmpty();
        }
    }

    @Test
    void whatSomebodyElseMigratedIsSeenBeforeARelease() throws Exception {
        workshop.run("1");
        server.ask("shop", "INSERT INTO migration VALUES ('by hand')");
        assertThatThrownBy(() -> workshop.run("2"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("released: 001-orders.sql")
                .hasMessageContaining("by hand");
    }

    @Test
    void aOneWayReleaseIsAPointOfNoReturn() throws Exception {
        workshop.run("1");
        describe("one-way");
        try (ManagedEnvironment environment = workshop.open()) {
            Plan plan = Plan.make(environment, workshop.path("2"), false);
            assertThat(plan.hooks()).extracting(PlannedHook::name).containsExactly("target/apply");
        }
        ReleaseRecord bad = workshop.run("bad");
        assertThat(bad.state()).isEqualTo(ReleaseState.ROLLBACK_FAILED);
        assertThat(bad.reasonOfState()).contains("not rolled back, for 'target/apply'");
        assertThat(columns()).isEqualTo("id,name");
        assertThatThrownBy(() -> workshop.rollback("1"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("--accept-one-way");
    }

    @Test
    void aSnapshotIsADumpThatCanBeComeBackTo() throws Exception {
        workshop.run("1");
        server.ask("shop", "INSERT INTO orders VALUES (1)");
        String point;
        try (ManagedEnvironment environment = workshop.open()) {
            point = RollbackPoints.take(environment).id().value();
        }
        server.ask("shop", "DELETE FROM orders");
        assertThat(workshop.rollback(point).state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(server.ask("shop", "SELECT id FROM orders")).isEqualTo("1");
    }
}
