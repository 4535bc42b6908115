package io.jenkins.plugins.transparentdeploy.engine.check;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** What makes an HTTP answer a good one. The body is looked at up to its first MiB. */
public sealed interface HttpExpectation {
    /** What the answer lacks, as a clause of a sentence; empty when it is as expected. */
    Optional<String> violation(HttpAnswer answer);

    /** The status is one of a set. */
    record Status(StatusSet expected) implements HttpExpectation {
        @Override
        public Optional<String> violation(HttpAnswer answer) {
            return expected.contains(answer.status())
                    ? Optional.empty()
                    : Optional.of("the status is " + answer.status() + " instead of " + expected);
        }
    }

    /** The body has this text in it. */
    record BodyContains(String text) implements HttpExpectation {
        @Override
        public Optional<String> violation(HttpAnswer answer) {
            return answer.body().contains(text)
                    ? Optional.empty()
                    : Optional.of("the body does not contain '" + text + "'" + limit(answer));
        }
    }

    /** The body has a match of the pattern somewhere in it. */
    record BodyMatches(Pattern pattern) implements HttpExpectation {
        @Override
        public Optional<String> violation(HttpAnswer answer) {
            try {
                return PatternSearch.find(pattern, answer.body())
                        ? Optional.empty()
                        : Optional.of("nothing in the body matches /" + pattern + "/" + limit(answer));
            } catch (IOException e) {
                return Optional.of(e.getMessage());
            }
        }
    }

    /** One of the values of a header is this one; the header's name in any case. */
    record Header(String name, String value) implements HttpExpectation {
        /** @throws RefusedException when there is no name */
        public Header {
            Objects.requireNonNull(value, "value");
            if (name.isBlank()) {
                throw new RefusedException("An expected header has no name", "Name it, for example Content-Type");
            }
        }

        @Override
        public Optional<String> violation(HttpAnswer answer) {
            List<String> values = answer.headers().allValues(name);
            return values.contains(value)
                    ? Optional.empty()
                    : Optional.of("the header " + name + " is "
                            + (values.isEmpty() ? "missing" : "'" + String.join("', '", values) + "'")
                            + " instead of '" + value + "'");
        }
    }

    /** What a JSON pointer (RFC 6901) leads to in the body is this text, number or truth value. */
    record JsonValue(JsonPointer pointer, String value) implements HttpExpectation {
        /** @throws RefusedException when that is no pointer */
        public static JsonValue of(String pointer, String value) {
            try {
                return new JsonValue(JsonPointer.compile(pointer), value);
            } catch (IllegalArgumentException e) {
                throw new RefusedException(
                        "'" + pointer + "' is not a JSON pointer", "Write it like /status or /checks/0/name", e);
            }
        }

        @Override
        public Optional<String> violation(HttpAnswer answer) {
            JsonNode found;
            try {
                found = Json.MAPPER.readTree(answer.body()).at(pointer);
            } catch (JsonProcessingException e) {
                return Optional.of("the body is not JSON" + limit(answer));
            }
            if (found.isMissingNode()) {
                return Optional.of("the body has nothing at " + pointer);
            }
            boolean same = found.isNumber()
                    ? sameNumber(found)
                    : found.isValueNode() && found.asText().equals(value);
            return same
                    ? Optional.empty()
                    : Optional.of(
                            pointer + " is " + Evidence.beginning(found.toString()) + " instead of '" + value + "'");
        }

        /** 1 and 1.0 are the same. */
        private boolean sameNumber(JsonNode found) {
            try {
                return found.decimalValue().compareTo(new BigDecimal(value)) == 0;
            } catch (NumberFormatException e) {
                return false;
            }
        }
    }

    /** The last byte came within this time. */
    record Latency(Duration maximum) implements HttpExpectation {
        /** @throws RefusedException when no answer could come in time */
        public Latency {
            if (maximum.isZero() || maximum.isNegative()) {
                throw new RefusedException(
                        "The longest acceptable latency is " + maximum, "Make it more than zero, for example 300ms");
            }
        }

        @Override
        public Optional<String> violation(HttpAnswer answer) {
            return answer.took().compareTo(maximum) <= 0
                    ? Optional.empty()
                    : Optional.of(
                            "it took " + answer.took().toMillis() + " ms, more than " + maximum.toMillis() + " ms");
        }
    }

    private static String limit(HttpAnswer answer) {
        return answer.truncated() ? " within its first MiB" : "";
    }
}
