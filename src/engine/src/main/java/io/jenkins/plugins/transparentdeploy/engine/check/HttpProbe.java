package io.jenkins.plugins.transparentdeploy.engine.check;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Asks HTTP checks, over HTTP/1.1. */
final class HttpProbe {
    private final HttpClient direct = client(HttpClient.Redirect.NEVER);
    private final HttpClient following = client(HttpClient.Redirect.NORMAL);

    private static HttpClient client(HttpClient.Redirect redirect) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(redirect)
                .build();
    }

    /**
     * Sends the request and holds the answer against every expectation. The client's own timeout ends with the headers;
     * this one covers the body too.
     */
    CheckResult ask(HttpCheck check) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(check.uri())
                .method(check.method(), HttpRequest.BodyPublishers.noBody())
                .build();
        long start = System.nanoTime();
        CompletableFuture<HttpResponse<BoundedBody.Text>> future =
                (check.followRedirects() ? following : direct).sendAsync(request, BoundedBody.handler());
        try {
            HttpResponse<BoundedBody.Text> response = future.get(check.timeout().toNanos(), TimeUnit.NANOSECONDS);
            return judge(check, response, since(start));
        } catch (TimeoutException e) {
            return failure(
                    check,
                    address(check) + " did not answer within " + check.timeout().toMillis() + " ms",
                    since(start));
        } catch (ExecutionException e) {
            return failure(check, explain(e.getCause(), check), since(start));
        } finally {
            future.cancel(true);
        }
    }

    private static CheckResult judge(HttpCheck check, HttpResponse<BoundedBody.Text> response, Duration took) {
        HttpAnswer answer = new HttpAnswer(
                response.statusCode(),
                response.headers(),
                response.body().text(),
                response.body().truncated(),
                took);
        String violations = check.expectations().stream()
                .map(expectation -> expectation.violation(answer))
                .flatMap(Optional::stream)
                .collect(Collectors.joining("; "));
        String detail = violations.isEmpty()
                ? "answered " + answer.status() + " in " + took.toMillis() + " ms"
                : Evidence.beginning(violations);
        return new CheckResult(
                check.name(), check.kind(), violations.isEmpty(), detail, sent(check), received(answer), took, 1);
    }

    private static CheckResult failure(HttpCheck check, String detail, Duration took) {
        return new CheckResult(check.name(), check.kind(), false, detail, sent(check), "", took, 1);
    }

    private static String explain(Throwable failure, HttpCheck check) {
        return failure instanceof HttpTimeoutException
                ? address(check) + " did not answer in time"
                : HostCheckRunner.explain(failure, address(check));
    }

    private static String sent(HttpCheck check) {
        return Evidence.beginning(check.method() + " " + check.uri());
    }

    private static String received(HttpAnswer answer) {
        return Evidence.beginning("HTTP " + answer.status() + "\n" + headers(answer.headers()) + "\n" + answer.body());
    }

    /** A session cookie in a record would be a credential. */
    private static String headers(HttpHeaders headers) {
        return headers.map().entrySet().stream()
                .map(header -> header.getKey() + ": "
                        + (header.getKey().equalsIgnoreCase("set-cookie")
                                ? "***"
                                : String.join(", ", header.getValue())))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String address(HttpCheck check) {
        URI uri = check.uri();
        int standard = uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        return uri.getHost() + ":" + (uri.getPort() < 0 ? standard : uri.getPort());
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
