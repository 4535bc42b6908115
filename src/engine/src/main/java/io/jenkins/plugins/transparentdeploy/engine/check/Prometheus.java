package io.jenkins.plugins.transparentdeploy.engine.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import java.time.Duration;
import java.util.OptionalDouble;

/** Asks Prometheus for one number. Safe for use by several threads. */
public final class Prometheus {
    private static final String METHOD = "GET";

    private final HttpTransport transport;

    /** With connections of its own. */
    public Prometheus() {
        this(new HttpTransport());
    }

    Prometheus(HttpTransport transport) {
        this.transport = transport;
    }

    /** Asks once. */
    CheckResult ask(PrometheusCheck check) throws InterruptedException {
        Reading reading = read(check.query());
        boolean passed = reading.value().isPresent()
                && check.bounds().contains(reading.value().getAsDouble());
        String detail = reading.value().isEmpty()
                ? reading.trouble()
                : "the value is " + Bounds.format(reading.value().getAsDouble())
                        + (passed ? "" : " instead of " + check.bounds());
        return new CheckResult(
                check.name(),
                check.kind(),
                passed,
                detail,
                Evidence.beginning(
                        check.query().query() + " to " + check.query().server()),
                reading.received(),
                reading.took(),
                1);
    }

    /**
     * What a query came to.
     *
     * @param value never not-a-number; empty when there is none
     * @param trouble why there is none
     * @param received the beginning of the answer, without credentials; may be empty
     */
    public record Reading(OptionalDouble value, String trouble, String received, Duration took) {}

    /** Asks once, within the query's timeout. Whatever goes wrong is a reading without a value that says so. */
    public Reading read(PrometheusQuery query) throws InterruptedException {
        HttpTransport.Reply reply =
                transport.ask(new HttpTransport.Question(query.uri(), METHOD, false, query.access(), query.timeout()));
        if (reply.answer().isEmpty()) {
            return without(reply.failure(), reply);
        }
        HttpAnswer answer = reply.answer().get();
        try {
            return interpret(Json.MAPPER.readTree(answer.body()), answer, reply);
        } catch (JsonProcessingException e) {
            return without("Prometheus answered " + answer.status() + " with something that is not JSON", reply);
        }
    }

    private static Reading interpret(JsonNode body, HttpAnswer answer, HttpTransport.Reply reply) {
        if (!"success".equals(body.path("status").asText())) {
            String error = body.path("error").asText("no reason");
            return without(
                    Evidence.beginning(reply.secrets()
                            .hide("Prometheus refused the query with " + answer.status() + ": " + error)),
                    reply);
        }
        JsonNode data = body.path("data");
        JsonNode result = data.path("result");
        String type = data.path("resultType").asText();
        if (type.equals("scalar")) {
            return number(result.path(1).asText(), reply);
        }
        if (!type.equals("vector")) {
            return without("the query gives a " + type + " instead of one number", reply);
        }
        return switch (result.size()) {
            case 0 -> without("the query gives no series: there is no data", reply);
            case 1 -> number(result.path(0).path("value").path(1).asText(), reply);
            default ->
                without("the query gives " + result.size() + " series; put sum(...) or max(...) around it", reply);
        };
    }

    private static Reading number(String text, HttpTransport.Reply reply) {
        try {
            // Prometheus writes the infinite as +Inf and -Inf.
            double value = Double.parseDouble(text.replace("Inf", "Infinity"));
            return Double.isNaN(value)
                    ? without("the query gives NaN: there is no data", reply)
                    : new Reading(OptionalDouble.of(value), "", reply.received(), reply.took());
        } catch (NumberFormatException e) {
            return without("the query gives '" + Evidence.beginning(text) + "', not a number", reply);
        }
    }

    private static Reading without(String trouble, HttpTransport.Reply reply) {
        return new Reading(OptionalDouble.empty(), trouble, reply.received(), reply.took());
    }
}
