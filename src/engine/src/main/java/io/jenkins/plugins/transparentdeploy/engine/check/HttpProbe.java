package io.jenkins.plugins.transparentdeploy.engine.check;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/** Asks HTTP checks: one request, whose answer is held against every expectation. */
final class HttpProbe {
    private final HttpTransport transport;

    HttpProbe(HttpTransport transport) {
        this.transport = transport;
    }

    CheckResult ask(HttpCheck check) throws InterruptedException {
        HttpTransport.Question question = new HttpTransport.Question(
                check.uri(), check.method(), check.followRedirects(), check.access(), check.timeout());
        HttpTransport.Reply reply = transport.ask(question);
        Optional<String> trouble =
                reply.answer().map(answer -> violations(check, answer)).orElse(Optional.of(reply.failure()));
        Duration took = reply.took();
        String detail = trouble.map(text -> Evidence.beginning(reply.secrets().hide(text)))
                .orElseGet(
                        () -> "answered " + reply.answer().orElseThrow().status() + " in " + took.toMillis() + " ms");
        return new CheckResult(
                check.name(), check.kind(), trouble.isEmpty(), detail, question.line(), reply.received(), took, 1);
    }

    /** What the answer lacks; empty when it is as expected. */
    private static Optional<String> violations(HttpCheck check, HttpAnswer answer) {
        String violations = check.expectations().stream()
                .map(expectation -> expectation.violation(answer))
                .flatMap(Optional::stream)
                .collect(Collectors.joining("; "));
        return violations.isEmpty() ? Optional.empty() : Optional.of(violations);
    }
}
