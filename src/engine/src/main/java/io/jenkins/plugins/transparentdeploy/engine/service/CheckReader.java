package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.SecretReference;
import io.jenkins.plugins.transparentdeploy.engine.check.Bounds;
import io.jenkins.plugins.transparentdeploy.engine.check.Check;
import io.jenkins.plugins.transparentdeploy.engine.check.CommandCheck;
import io.jenkins.plugins.transparentdeploy.engine.check.Credentials;
import io.jenkins.plugins.transparentdeploy.engine.check.HttpAccess;
import io.jenkins.plugins.transparentdeploy.engine.check.HttpCheck;
import io.jenkins.plugins.transparentdeploy.engine.check.HttpExpectation;
import io.jenkins.plugins.transparentdeploy.engine.check.LogCheck;
import io.jenkins.plugins.transparentdeploy.engine.check.PrometheusCheck;
import io.jenkins.plugins.transparentdeploy.engine.check.PrometheusQuery;
import io.jenkins.plugins.transparentdeploy.engine.check.StatusSet;
import io.jenkins.plugins.transparentdeploy.engine.check.TcpCheck;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads checks, ready checks and smoke tests. */
final class CheckReader {
    static final Set<String> CHECKS = Set.of("http", "tcp", "command", "prometheus", "log");
    static final Set<String> AUTH_KEYS = Set.of("basic", "bearer");
    static final Set<String> BASIC_KEYS = Set.of("user", "password");
    static final Set<String> SECRET_KEYS = Set.of("env", "file");

    private static final Set<String> COMMON = Set.of("name", "timeout");
    private static final Map<String, Set<String>> KEYS_OF = Map.of(
            "http",
            Set.of(
                    "method",
                    "status",
                    "bodyContains",
                    "bodyMatches",
                    "json",
                    "headers",
                    "maxLatency",
                    "followRedirects",
                    "auth",
                    "caFile"),
            "tcp",
            Set.of(),
            "command",
            Set.of(),
            "prometheus",
            Set.of("server", "atLeast", "atMost", "auth", "caFile"),
            "log",
            Set.of("pattern", "atLeast", "atMost"));

    static final Set<String> CHECK_KEYS = union(
            union(CHECKS, COMMON),
            KEYS_OF.values().stream().flatMap(Set::stream).collect(Collectors.toSet()));
    static final Set<String> READY_KEYS = union(CHECK_KEYS, Set.of("successes", "attemptTimeout"));

    private static final Duration ATTEMPT = Duration.ofSeconds(5);

    private CheckReader() {}

    private static Set<String> union(Set<String> one, Set<String> other) {
        return Stream.concat(one.stream(), other.stream()).collect(Collectors.toUnmodifiableSet());
    }

    static ReadyDefinition ready(Section section) {
        if (section.has("log")) {
            throw section.bad("log", "would count what an earlier start wrote", "Ask the instance itself, by 'http'");
        }
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
        CHECK_KEYS.stream()
                .filter(section::has)
                .filter(key -> !COMMON.contains(key) && !key.equals(kind))
                .filter(key -> !KEYS_OF.get(kind).contains(key))
                .sorted()
                .findFirst()
                .ifPresent(key -> {
                    throw section.bad(key, "says nothing about a check of kind '" + kind + "'", "Remove it");
                });
        return switch (kind) {
            case "http" -> http(section, name, timeout);
            case "tcp" -> tcp(section, name, timeout);
            case "command" -> new CommandCheck(name, command(section), timeout);
            case "prometheus" -> new PrometheusCheck(name, prometheus(section, "prometheus", timeout), bounds(section));
            case "log" ->
                new LogCheck(
                        name,
                        InstanceReader.absolute(section, "log", "Give the absolute path of the log file"),
                        pattern(section, "pattern", section.required("pattern", "Give a regular expression")),
                        bounds(section),
                        timeout);
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
                .ifPresent(text ->
                        expectations.add(new HttpExpectation.BodyMatches(pattern(section, "bodyMatches", text))));
        section.scalars("json")
                .forEach((pointer, value) -> expectations.add(HttpExpectation.JsonValue.of(pointer, value)));
        section.textMap("headers")
                .forEach((header, value) -> expectations.add(new HttpExpectation.Header(header, value)));
        section.duration("maxLatency").ifPresent(most -> expectations.add(new HttpExpectation.Latency(most)));
        return new HttpCheck(
                name,
                uri(section, "http", "http://127.0.0.1:8080/health"),
                section.text("method").orElse("GET"),
                section.flag("followRedirects", false),
                access(section),
                expectations,
                timeout);
    }

    /** A query to Prometheus, whose server and credentials stand beside it. */
    static PrometheusQuery prometheus(Section section, String key, Duration timeout) {
        return new PrometheusQuery(
                uri(section, "server", "http://127.0.0.1:9090"),
                section.required(key, "Give a query in PromQL"),
                access(section),
                timeout);
    }

    private static HttpAccess access(Section section) {
        return new HttpAccess(
                section.child("auth").map(node -> credentials(section.section("auth", AUTH_KEYS))),
                section.has("caFile")
                        ? Optional.of(InstanceReader.absolute(
                                section, "caFile", "Give the absolute path of a PEM file with certificates"))
                        : Optional.empty());
    }

    private static Credentials credentials(Section section) {
        if (section.oneOf(AUTH_KEYS, "authentication").equals("bearer")) {
            return new Credentials.Bearer(secret(section, "bearer"));
        }
        Section basic = section.section("basic", BASIC_KEYS);
        return new Credentials.Basic(basic.required("user", "Give the user's name"), secret(basic, "password"));
    }

    static SecretReference secret(Section section, String key) {
        String cure = "Say where it is: {env: NAME} or {file: /path}";
        if (!section.child(key).map(JsonNode::isObject).orElse(false)) {
            // What stands there may be the secret itself, so it is not repeated.
            throw section.bad(key, "is not a reference to a secret, and is copied into every release record", cure);
        }
        Section reference = section.section(key, SECRET_KEYS);
        return reference.oneOf(SECRET_KEYS, "place").equals("env")
                ? new SecretReference.Variable(reference.required("env", cure))
                : new SecretReference.Stored(InstanceReader.absolute(reference, "file", cure));
    }

    private static Bounds bounds(Section section) {
        if (!section.has("atLeast") && !section.has("atMost")) {
            throw section.bad("atMost", "is missing, and so is 'atLeast'", "Give one of them, or both");
        }
        return new Bounds(section.number("atLeast"), section.number("atMost"));
    }

    static Pattern pattern(Section section, String key, String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw section.bad(key, "is not a regular expression: " + e.getDescription(), "Mend '" + text + "'");
        }
    }

    private static URI uri(Section section, String key, String example) {
        String text = section.required(key, "Give a URL");
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw section.bad(key, "is not a URL: " + e.getReason(), "Write it like " + example);
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
