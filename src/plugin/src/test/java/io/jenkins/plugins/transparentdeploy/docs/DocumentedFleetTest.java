package io.jenkins.plugins.transparentdeploy.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import io.jenkins.plugins.transparentdeploy.Sshd;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.htmlunit.html.HtmlAnchor;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * "One server over SSH" and "Twenty servers behind HAProxy" as they stand on the page about hosts, service file and Jenkinsfile,
 * with a real SSH server, a real HAProxy and users. What differs: addresses, ports and places, who logs in, how long is
 * waited, that a script stands in for systemd, and that the list of hosts is as long as the page's, not twenty.
 */
@WithJenkins
class DocumentedFleetTest {
    private static final Map<String, String> ADDRESSES = new LinkedHashMap<>(Map.of(
            "web1", "127.0.0.11",
            "web2", "127.0.0.12",
            "web3", "127.0.0.13",
            "web20", "127.0.0.30"));

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private Checkout shop;
    private Sshd sshd;
    private SimulatedUnits units;
    private DebianProxy haproxy;

    @AfterEach
    void tearDown() throws IOException {
        if (haproxy != null) {
            haproxy.close();
        }
        if (units != null) {
            units.close();
        }
        if (sshd != null) {
            sshd.close();
        }
    }

    private void hosts(JenkinsRule jenkins, List<String> addresses) throws Exception {
        sshd = new Sshd(directory.resolve("sshd"), addresses);
        units = new SimulatedUnits(directory, addresses);
        shop = Checkout.of(jenkins, "shop", directory.resolve("state"));
        SystemCredentialsProvider.getInstance().getCredentials().add(sshd.credentials("shop-deploy"));
    }

    private String here(String text) throws IOException {
        return text.replace("/srv/shop/current/logs", "'/srv/shop/current/logs'")
                .replace("/srv/shop", directory + "/srv/{address}/shop")
                .replace("[sudo, systemctl]", "[" + units.systemctl() + "]")
                .replace(":8080", ":" + units.port())
                .replace("user: deploy", "user: " + sshd.user() + "\n      port: " + sshd.port());
    }

    @Test
    void oneServerOverSsh(JenkinsRule jenkins) throws Exception {
        hosts(jenkins, List.of("127.0.0.11"));
        Page page = Page.section("hosts.md", "One server over SSH");
        shop.write(
                "transparent-deploy.yaml",
                here(page.block("yaml", 0))
                        .replace("shop.example.org", "127.0.0.11")
                        .replace("    ssh:\n", "    ssh:\n      knownHosts: " + sshd.knownHosts() + "\n"));
        release(page, "orders open", Result.SUCCESS);
        assertThat(units.current("127.0.0.11", "index.html")).hasContent("orders open");

        WorkflowRun better = release(page, "all orders open", Result.SUCCESS);
        assertThat(units.current("127.0.0.11", "index.html")).hasContent("all orders open");
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            assertThat(web.goTo(better.getUrl() + "release/").asNormalizedText())
                    .contains("The one instance has this release.");
        }
    }

    @Test
    void twentyServersBehindHaProxy(JenkinsRule jenkins) throws Exception {
        hosts(jenkins, List.copyOf(ADDRESSES.values()));
        Map<String, String> servers = new LinkedHashMap<>(ADDRESSES);
        servers.replaceAll((name, address) -> address + ":" + units.port());
        haproxy = DebianProxy.haproxy(directory, servers);
        Page page = Page.section("hosts.md", "Twenty servers behind HAProxy");
        shop.write(
                "transparent-deploy.yaml",
                haproxy.here(here(page.block("yaml", 0)))
                        .replace("10.0.0.", "127.0.0.")
                        .replace("port: 2222, user: shop", "port: " + sshd.port() + ", user: " + sshd.user())
                        .replace("/etc/ssh/known_hosts_shop", sshd.knownHosts().toString())
                        .replace("ops@bastion.example.org", sshd.user() + "@127.0.0.11:" + sshd.port())
                        .replace("timeout: 90s", "timeout: 3s")
                        .replace("window: 60s", "window: 3s"));
        try (Users first = new Users(haproxy.url())) {
            release(page, "orders open", Result.SUCCESS);
            await().until(() -> first.saw("orders open") > 0);
        }
        assertLive("orders open");

        try (Users users = new Users(haproxy.url())) {
            WorkflowRun better = release(page, "all orders open", Result.SUCCESS);
            jenkins.assertLogContains("web20", better);
            assertLive("all orders open");
            shop.replace("source", Map.of("index.html", "never ready"));
            WorkflowRun bad = shop.run(page.jenkinsfile(), Result.FAILURE);
            assertLive("all orders open");
            rollBack(jenkins);
            assertLive("orders open");
            assertThat(users.troubles()).as(JenkinsRule.getLog(bad)).isEmpty();
            assertThat(users.saw("orders open")).isPositive();
            assertThat(users.saw("all orders open")).isPositive();
        }
    }

    private WorkflowRun release(Page page, String text, Result result) throws Exception {
        shop.replace("source", Map.of("index.html", text, "health", "UP"));
        return shop.run(page.jenkinsfile(), result);
    }

    private void assertLive(String text) {
        ADDRESSES.forEach((name, address) ->
                assertThat(units.current(address, "index.html")).as(name).hasContent(text));
    }

    /** By a click. */
    private void rollBack(JenkinsRule jenkins) throws Exception {
        ReleaseHistory history = ReleaseHistory.of("shop", "production");
        int before = history.getCount();
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            HtmlPage preview =
                    ((HtmlAnchor) web.getPage(shop.job(), "releases").querySelector("a[href$='to=previous']")).click();
            jenkins.submit(preview.getFormByName("rollback"));
        }
        await().atMost(Duration.ofSeconds(90))
                .until(() -> history.getCount() > before
                        && history.newestFirst().iterator().next().getState().equals("ROLLED_BACK"));
    }
}
