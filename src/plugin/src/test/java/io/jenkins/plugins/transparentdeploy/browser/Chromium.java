package io.jenkins.plugins.transparentdeploy.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import hudson.util.PluginServletFilter;
import io.jenkins.plugins.darktheme.DarkThemeSystemManagerFactory;
import io.jenkins.plugins.thememanager.ThemeManagerPageDecorator;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** A small screen, on which the side panel stands above what there is to see. */
    static final int NARROW = 400;

    /** The last one stays. */
    private static final List<ColorScheme> SCHEMES = List.of(ColorScheme.DARK, ColorScheme.LIGHT);

    private static final Filter STRICT = (request, response, chain) -> {
        ((HttpServletResponse) response)
                .setHeader("Content-Security-Policy", "script-src 'self'; object-src 'none'; base-uri 'none'");
        chain.doFilter(request, response);
    };

    private static final String SETTLED =
            """
            () => document.getAnimations().every(
                animation => animation.playState !== 'running' || animation.effect.getComputedTiming().endTime === Infinity)
            """;

    private final Playwright playwright;
    private final Browser browser;
    private final String root;

    private Chromium(Playwright playwright, Browser browser, String root) {
        this.playwright = playwright;
        this.browser = browser;
        this.root = root;
    }

    /** Of a Jenkins whose pages are dark for those whose system is, as the plugin dark-theme does it. */
    static Chromium start(JenkinsRule jenkins) {
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
        ThemeManagerPageDecorator.get().setTheme(new DarkThemeSystemManagerFactory());
        return new Chromium(playwright, browser, jenkins.jenkins.getRootUrl());
    }

    /** As {@link #start}, of a Jenkins that {@code admin} may do everything in, and nobody else anything. */
    static Chromium startForAdmin(JenkinsRule jenkins) {
        Chromium chromium = start(jenkins);
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin"));
        return chromium;
    }

    /** Somebody's window, logged in. The dummy security realm takes the name as the password. */
    Page login(String user, int width) {
        BrowserContext context = browser.newContext(
                new Browser.NewContextOptions().setViewportSize(width, 800).setLocale("en-US"));
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

    /**
     * From now on every answer of Jenkins has a policy that allows no inline script, also one that leads elsewhere: what
     * breaks it on the page is reported on the console.
     */
    List<String> underStrictPolicy(Page page) throws ServletException {
        List<String> violations = new ArrayList<>();
        page.onConsoleMessage(message -> {
            if (message.text().contains("Content Security Policy")) {
                violations.add(message.text());
            }
        });
        if (!PluginServletFilter.hasFilter(STRICT)) {
            PluginServletFilter.addFilter(STRICT);
        }
        return violations;
    }

    String url(String path) {
        return root + path;
    }

    /**
     * The page is usable for those who see it and those who have it read to them, light and dark. Takes a picture of
     * it, if pictures are wanted.
     */
    void look(Page page, String name) {
        for (ColorScheme scheme : SCHEMES) {
            show(page, scheme);
            assertThat(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                    .as(name + " fits into " + page.viewportSize().width + " pixels")
                    .isEqualTo(true);
            assertThat(Accessibility.violations(page)).as(name + ", " + scheme).isEmpty();
        }
        picture(page, name);
    }

    /** {@link #look}, on a wide and on a narrow screen. The wide one stays. */
    void lookOnEveryScreen(Page page, String name) {
        page.setViewportSize(NARROW, 800);
        look(page, name + "-narrow");
        page.setViewportSize(1280, 800);
        look(page, name);
    }

    /** A picture for the documentation, and one of the dark theme beside it, if they are wanted. */
    void picture(Page page, String name) {
        if (PICTURES != null) {
            for (ColorScheme scheme : SCHEMES) {
                show(page, scheme);
                String file = scheme == ColorScheme.LIGHT ? name + ".png" : name + "-dark.png";
                page.screenshot(new Page.ScreenshotOptions()
                        .setPath(Path.of(PICTURES, file))
                        .setFullPage(page.viewportSize().width == NARROW));
            }
        }
    }

    private static void show(Page page, ColorScheme scheme) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        settle(page);
    }

    /** Colors change by and by in Jenkins, and dialogs grow. */
    static void settle(Page page) {
        page.waitForFunction(SETTLED);
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
