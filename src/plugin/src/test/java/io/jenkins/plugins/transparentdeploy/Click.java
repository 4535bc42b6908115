package io.jenkins.plugins.transparentdeploy;

import java.net.URI;
import org.htmlunit.HttpMethod;
import org.htmlunit.Page;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.jvnet.hudson.test.JenkinsRule;

/** What the button of a page does: a POST with the crumb of whoever is logged in. */
public final class Click {
    private Click() {}

    /**
     * @param path from the root of Jenkins, with its query
     * @return the answer, after redirects
     */
    public static WebResponse on(JenkinsRule.WebClient web, String path) throws Exception {
        Page page = web.getPage(web.addCrumb(
                new WebRequest(URI.create(web.getContextPath() + path).toURL(), HttpMethod.POST)));
        return page.getWebResponse();
    }
}
