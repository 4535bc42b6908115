package io.jenkins.plugins.transparentdeploy.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.Assumptions;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** The browser of this machine. Tests that want it are skipped where it is not installed. */
final class Chromium implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/chromium");
    /** Where pictures for the documentation go; none are taken without it. */
    private static final String PICTURES = System.getProperty("pictures");

    private final Playwright playwright;
    private final Browser browser;
    private final String root;

    private Chromium(Playwright playwright, Browser browser, String root) {
        this.playwright = playwright;
        this.browser = browser;
        this.root = root;
    }

    /** @param root URL of Jenkins, ends with a slash */
    static Chromium start(String root) {
        Assumptions.assumeTrue(
                Files.isExecutable(PROGRAM),
                "Not tried in a browser: " + PROGRAM + " is missing; install Debian's package chromium");
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(PROGRAM)
                        .setArgs(List.of("--no-sandbox", "--disable-gpu")));
        return new Chromium(playwright, browser, root);
    }

    /** As {@link #start}, of a Jenkins that {@code admin} may do everything in, and nobody else anything. */
    static Chromium startForAdmin(JenkinsRule jenkins) {
        Chromium chromium = start(jenkins.jenkins.getRootUrl());
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin"));
        return chromium;
    }

    /** Somebody's window, logged in. The dummy security realm takes the name as the password. */
    Page login(String user, ColorScheme scheme, int width) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setColorScheme(scheme)
                .setViewportSize(width, 800)
                .setLocale("en-US"));
        context.setDefaultTimeout(120_000);
        context.setDefaultNavigationTimeout(120_000);
        Page page = context.newPage();
        page.navigate(root + "login");
        page.fill("input[name=j_username]", user);
        page.fill("input[name=j_password]", user);
        page.locator("button[name=Submit]").click();
        page.waitForURL(url -> !url.contains("login"));
        return page;
    }

    /** Every answer gets a policy that allows no inline script: what breaks it is reported on the console. */
    List<String> underStrictPolicy(Page page) {
        List<String> violations = new ArrayList<>();
        page.onConsoleMessage(message -> {
            if (message.text().contains("Content Security Policy")) {
                violations.add(message.text());
            }
        });
        page.route(url -> !url.contains("/adjuncts/") && !url.contains("/static/"), route -> {
            var answer = route.fetch();
            Map<String, String> headers = new HashMap<>(answer.headers());
            headers.put("content-security-policy", "script-src 'self'; object-src 'none'; base-uri 'none'");
            route.fulfill(new Route.FulfillOptions().setResponse(answer).setHeaders(headers));
        });
        return violations;
    }

    String url(String path) {
        return root + path;
    }

    /** A picture for the documentation, if they are wanted. */
    void picture(Page page, String name) {
        if (PICTURES != null) {
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of(PICTURES, name + ".png")));
        }
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
