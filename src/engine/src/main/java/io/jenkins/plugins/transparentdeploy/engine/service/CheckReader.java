package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.check.Check;
import io.jenkins.plugins.transparentdeploy.engine.check.CommandCheck;
import io.jenkins.plugins.transparentdeploy.engine.check.HttpCheck;
import io.jenkins.plugins.transparentdeploy.engine.check.HttpExpectation;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTest;
import io.jenkins.plugins.transparentdeploy.engine.check.StatusSet;
import io.jenkins.plugins.transparentdeploy.engine.check.TcpCheck;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads checks, ready checks and smoke tests. */
final class CheckReader {
    static final Set<String> CHECKS = Set.of("http", "tcp", "command");
    static final Set<String> CHECK_KEYS = Set.of(
            "http",
            "tcp",
            "command",
            "name",
            "timeout",
            "method",
            "status",
            "bodyContains",
            "bodyMatches",
            "headers",
            "maxLatency",
            "followRedirects");
    static final Set<String> READY_KEYS = union(CHECK_KEYS, Set.of("successes", "attemptTimeout"));
    static final Set<String> SMOKE_TEST_KEYS = Set.of("checks", "retries", "interval", "timeout");

    private static final Set<String> HTTP_ONLY =
            Set.of("method", "status", "bodyContains", "bodyMatches", "headers", "maxLatency", "followRedirects");
    private static final Duration ATTEMPT = Duration.ofSeconds(5);

    private CheckReader() {}

    private static Set<String> union(Set<String> one, Set<String> other) {
        return Stream.concat(one.stream(), other.stream()).collect(Collectors.toUnmodifiableSet());
    }

    static SmokeTest smokeTest(Section section) {
        List<JsonNode> nodes = section.list("checks", node -> node);
        if (nodes.isEmpty()) {
            throw section.bad("checks", "names none", "Add at least one, as in '- http: http://127.0.0.1:8080/health'");
        }
        List<Check> checks = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            checks.add(check(Section.of(section.at("checks") + "[" + i + "]", nodes.get(i), CHECK_KEYS), ATTEMPT));
        }
        return new SmokeTest(
                checks,
                section.whole("retries", 2, 0, 1_000),
                section.duration("interval", Duration.ofSeconds(1)),
                section.duration("timeout", Duration.ofMinutes(1)));
    }

    static ReadyDefinition ready(Section section) {
        return new ReadyDefinition(
                check(section, section.duration("attemptTimeout", ATTEMPT), "ready"),
                section.whole("successes", 1, 1, 1_000),
                section.duration("timeout", Duration.ofMinutes(1)));
    }

    /** A check whose timeout, unless it says one, is that. */
    static Check check(Section section, Duration timeout) {
        String kind = section.oneOf(CHECKS, "check");
        return check(
                section,
                section.duration("timeout", timeout),
                section.text("name").orElseGet(() -> defaultName(section, kind)));
    }

    private static String defaultName(Section section, String kind) {
        return kind + " "
                + (kind.equals("command")
                        ? String.join(" ", section.texts(kind))
                        : section.text(kind).orElse(""));
    }

    private static Check check(Section section, Duration timeout, String name) {
        String kind = section.oneOf(CHECKS, "check");
        if (!kind.equals("http")) {
            HTTP_ONLY.stream().filter(section::has).findFirst().ifPresent(key -> {
                throw section.bad(key, "says nothing about a check of kind '" + kind + "'", "Remove it");
            });
        }
        return switch (kind) {
            case "http" -> http(section, name, timeout);
            case "tcp" -> tcp(section, name, timeout);
            case "command" -> new CommandCheck(name, command(section), timeout);
            default -> throw new IllegalStateException(kind);
        };
    }

    private static Command command(Section section) {
        List<String> argv = section.texts("command");
        if (argv.isEmpty()) {
            throw section.bad("command", "is empty", "Write it as command: [program, argument]");
        }
        return Command.of(argv.toArray(String[]::new));
    }

    private static HttpCheck http(Section section, String name, Duration timeout) {
        List<HttpExpectation> expectations = new ArrayList<>();
        if (section.has("status")) {
            String statuses = section.child("status").orElseThrow().isArray()
                    ? String.join(",", section.texts("status"))
                    : section.required("status", "");
            expectations.add(new HttpExpectation.Status(StatusSet.parse(statuses)));
        }
        section.text("bodyContains").ifPresent(text -> expectations.add(new HttpExpectation.BodyContains(text)));
        section.text("bodyMatches")
                .ifPresent(text -> expectations.add(new HttpExpectation.BodyMatches(pattern(section, text))));
        section.textMap("headers")
                .forEach((header, value) -> expectations.add(new HttpExpectation.Header(header, value)));
        section.duration("maxLatency").ifPresent(most -> expectations.add(new HttpExpectation.Latency(most)));
        return new HttpCheck(
                name,
                uri(section),
                section.text("method").orElse("GET"),
                section.flag("followRedirects", false),
                expectations,
                timeout);
    }

    private static Pattern pattern(Section section, String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw section.bad(
                    "bodyMatches", "is not a regular expression: " + e.getDescription(), "Mend '" + text + "'");
        }
    }

    private static URI uri(Section section) {
        String text = section.required("http", "Give a URL");
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw section.bad("http", "is not a URL: " + e.getReason(), "Write it like http://127.0.0.1:8080/health");
        }
    }

    private static TcpCheck tcp(Section section, String name, Duration timeout) {
        String text = section.required("tcp", "Give host:port");
        int colon = text.lastIndexOf(':');
        try {
            return new TcpCheck(
                    name, text.substring(0, Math.max(0, colon)), Integer.parseInt(text.substring(colon + 1)), timeout);
        } catch (NumberFormatException e) {
            throw section.bad("tcp", "is '" + text + "'", "Write it as host:port, such as 127.0.0.1:5432");
        }
    }
}
