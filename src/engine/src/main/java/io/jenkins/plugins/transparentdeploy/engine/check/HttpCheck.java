package io.jenkins.plugins.transparentdeploy.engine.check;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Passes when an HTTP request is answered as expected.
 *
 * @param uri absolute, {@code http} or {@code https}, without user-info
 * @param method its HTTP method; sent without a body
 * @param followRedirects whether a redirection's own target is what is judged; never from https to http
 * @param access with credentials, redirects are not followed: they would be sent on
 * @param expectations all of them have to hold; when there is no {@link HttpExpectation.Status} among them,
 *     {@link StatusSet#SUCCESSFUL} is expected
 */
public record HttpCheck(
        String name,
        URI uri,
        String method,
        boolean followRedirects,
        HttpAccess access,
        List<HttpExpectation> expectations,
        Duration timeout)
        implements Check {
    /** @throws RefusedException when the URI or the method cannot be used; a user-info is not repeated */
    public HttpCheck {
        Check.validate(name, timeout);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https") || uri.getHost() == null) {
            throw new RefusedException(
                    "The URL " + Redaction.of(uri) + " of the check '" + name
                            + "' is not an absolute http or https URL",
                    "Write it like http://localhost:8080/health");
        }
        if (uri.getRawUserInfo() != null) {
            throw new RefusedException(
                    "The URL " + Redaction.of(uri) + " of the check '" + name
                            + "' has a user name or password in it, which would end up in records",
                    "Remove it, and give credentials by reference as 'auth:'");
        }
        try {
            HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody());
        } catch (IllegalArgumentException e) {
            throw new RefusedException(
                    "The check '" + name + "' cannot ask " + Redaction.of(uri) + " by the HTTP method '" + method + "'",
                    "Use GET or HEAD",
                    e);
        }
        if (followRedirects && access.credentials().isPresent()) {
            throw new RefusedException(
                    "The check '" + name + "' follows redirects with credentials, which would be sent on",
                    "Ask the address that needs them, without 'followRedirects'");
        }
        List<HttpExpectation> all = new ArrayList<>(expectations);
        if (all.stream().noneMatch(HttpExpectation.Status.class::isInstance)) {
            all.add(0, new HttpExpectation.Status(StatusSet.SUCCESSFUL));
        }
        expectations = List.copyOf(all);
    }

    /** A check that anybody may ask. */
    public HttpCheck(
            String name,
            URI uri,
            String method,
            boolean followRedirects,
            List<HttpExpectation> expectations,
            Duration timeout) {
        this(name, uri, method, followRedirects, HttpAccess.OPEN, expectations, timeout);
    }

    /** A GET that has to be answered with 200 to 299. */
    public static HttpCheck get(String name, URI uri, Duration timeout) {
        return new HttpCheck(name, uri, "GET", false, List.of(), timeout);
    }

    /** The same check, which expects this too; another status set takes the place of the one before. */
    public HttpCheck expecting(HttpExpectation expectation) {
        List<HttpExpectation> all = new ArrayList<>(expectations);
        if (expectation instanceof HttpExpectation.Status) {
            all.removeIf(HttpExpectation.Status.class::isInstance);
        }
        all.add(expectation);
        return new HttpCheck(name, uri, method, followRedirects, access, all, timeout);
    }

    /** The same check, asked in this way. */
    public HttpCheck by(HttpAccess way) {
        return new HttpCheck(name, uri, method, followRedirects, way, expectations, timeout);
    }

    @Override
    public String kind() {
        return "http";
    }
}
