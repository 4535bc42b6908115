package io.jenkins.plugins.transparentdeploy.engine.check;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/** Sends one request over HTTP/1.1, in bounded time and memory. Whatever goes wrong is a reply that says so. */
final class HttpTransport {
    private final HttpClients clients = new HttpClients();

    /** What is sent; without a body. */
    record Question(URI uri, String method, boolean followRedirects, HttpAccess access, Duration timeout) {
        String address() {
            int standard = uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
            return uri.getHost() + ":" + (uri.getPort() < 0 ? standard : uri.getPort());
        }

        String line() {
            return Evidence.beginning(method + " " + uri);
        }
    }

    /**
     * What came.
     *
     * @param failure why nothing did; empty when there is an answer
     * @param secrets takes out what the request had of secrets
     */
    record Reply(Optional<HttpAnswer> answer, String failure, Duration took, SentSecrets secrets) {
        /** The beginning of the answer as evidence. */
        String received() {
            return answer.map(a -> Evidence.beginning(
                            secrets.hide("HTTP " + a.status() + "\n" + headers(a.headers()) + "\n" + a.body())))
                    .orElse("");
        }
    }

    /** Asks. The client's own timeout ends with the headers; this one covers the body too. */
    Reply ask(Question question) throws InterruptedException {
        long start = System.nanoTime();
        SentSecrets secrets = SentSecrets.NONE;
        CompletableFuture<HttpResponse<BoundedBody.Text>> future = null;
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(question.uri())
                    .method(question.method(), HttpRequest.BodyPublishers.noBody());
            if (question.access().credentials().isPresent()) {
                Credentials.Header header =
                        question.access().credentials().get().header();
                secrets = new SentSecrets(header.secrets());
                request.header("Authorization", header.value());
            }
            future = clients.client(
                            question.followRedirects(), question.access().authority())
                    .sendAsync(request.build(), BoundedBody.handler());
            HttpResponse<BoundedBody.Text> response =
                    future.get(question.timeout().toNanos(), TimeUnit.NANOSECONDS);
            HttpAnswer answer = new HttpAnswer(
                    response.statusCode(),
                    response.headers(),
                    response.body().text(),
                    response.body().truncated(),
                    since(start));
            return new Reply(Optional.of(answer), "", answer.took(), secrets);
        } catch (TimeoutException e) {
            return failed(
                    question.address() + " did not answer within "
                            + question.timeout().toMillis() + " ms",
                    start,
                    secrets);
        } catch (ExecutionException e) {
            return failed(explain(e.getCause(), question), start, secrets);
        } catch (IOException e) {
            return failed("it could not be asked: " + e.getMessage(), start, secrets);
        } finally {
            if (future != null) {
                future.cancel(true);
            }
        }
    }

    private static Reply failed(String why, long start, SentSecrets secrets) {
        return new Reply(Optional.empty(), secrets.hide(why), since(start), secrets);
    }

    private static String explain(Throwable failure, Question question) {
        if (failure instanceof HttpTimeoutException) {
            return question.address() + " did not answer in time";
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return "no trusted TLS connection to " + question.address() + ": "
                        + Evidence.beginning(String.valueOf(cause.getMessage()));
            }
        }
        return HostCheckRunner.explain(failure, question.address());
    }

    /** A session cookie in a record would be a credential. */
    private static String headers(HttpHeaders headers) {
        return headers.map().entrySet().stream()
                .map(header -> header.getKey() + ": " + shown(header.getKey(), header.getValue()))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String shown(String name, List<String> values) {
        return name.equalsIgnoreCase("set-cookie") ? "***" : String.join(", ", values);
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
