package io.jenkins.plugins.transparentdeploy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * The page about command targets, its service file, scripts and Jenkinsfile as they stand, against a real PostgreSQL server. Of
 * it only two things differ: where the scripts are, and where the server is.
 */
@WithJenkins
class DocumentedDatabaseTest {
    private static final String ORDERS = "CREATE TABLE orders (id int PRIMARY KEY)";

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private PrivatePostgres server;
    private Checkout schema;

    @AfterEach
    void tearDown() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void migrationsAreReleasedAndOneThatFailsIsTakenBack(JenkinsRule jenkins) throws Exception {
        server = PrivatePostgres.start();
        server.ask("postgres", "CREATE DATABASE shop");
        Page page = Page.whole("command-target.md");
        Path scripts = Files.createDirectories(directory.resolve("shop-db"));
        page.writeScripts(scripts);
        schema = Checkout.of(jenkins, "shop-db", directory.resolve("state"));
        schema.write(
                "transparent-deploy.yaml",
                page.block("yaml", 0)
                        .replace("/srv/shop-db", scripts.toString())
                        .replace("/var/run/postgresql", server.host()));

        release(page, Map.of("001-orders.sql", ORDERS), Result.SUCCESS);
        server.ask("shop", "INSERT INTO orders VALUES (1)");

        Map<String, String> migrations = new HashMap<>(Map.of("001-orders.sql", ORDERS));
        migrations.put("002-names.sql", "ALTER TABLE orders ADD COLUMN name text NOT NULL DEFAULT 'none'");
        migrations.put("003-broken.sql", "UPDATE orders SET nonsense = 1");
        release(page, migrations, Result.FAILURE);
        assertThat(columns()).as("the second migration was committed").isEqualTo("id");
        assertThat(server.ask("shop", "SELECT id FROM orders")).isEqualTo("1");

        ReleaseHistory.of("shop-db", "production")
                .freezes()
                .orElseThrow()
                .decide(false, "ada", "the third migration is gone");
        migrations.remove("003-broken.sql");
        release(page, migrations, Result.SUCCESS);
        assertThat(columns()).isEqualTo("id,name");
    }

    private void release(Page page, Map<String, String> migrations, Result result) throws Exception {
        Map<String, String> files = new HashMap<>();
        migrations.forEach((name, sql) -> files.put("migrations/" + name, sql));
        schema.replace("schema", files);
        schema.run(page.jenkinsfile(), result);
    }

    private String columns() throws IOException, InterruptedException {
        return server.ask(
                "shop",
                "SELECT string_agg(column_name, ',' ORDER BY column_name) FROM information_schema.columns"
                        + " WHERE table_name = 'orders'");
    }
}
