package io.jenkins.plugins.transparentdeploy.engine.check;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
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
            return pattern.matcher(answer.body()).find()
                    ? Optional.empty()
                    : Optional.of("nothing in the body matches /" + pattern + "/" + limit(answer));
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
