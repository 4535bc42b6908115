package io.jenkins.plugins.transparentdeploy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** What the users noticed. */
record Summary(PrintStream out, Tally tally, Path work) {

    /** Prints it; returns whether everything went as it should. */
    boolean print(JsonNode first, JsonNode good, JsonNode bad) {
        out.println();
        out.printf(Locale.ROOT, "%-32s %10s %8s %9s %9s%n", "phase", "requests", "failed", "p50 ms", "p99 ms");
        for (Tally.Phase phase : tally.phases()) {
            out.printf(
                    Locale.ROOT,
                    "%-32s %,10d %,8d %9.1f %9.1f%n",
                    phase.name(),
                    phase.requests(),
                    phase.failures(),
                    phase.millis(50),
                    phase.millis(99));
        }
        out.println();
        boolean unnoticed = failedDuring("good release") == 0;
        boolean rolledBack = bad.path("outcome").asText().equals("ROLLED_BACK");
        boolean released = first.path("outcome").asText().equals("SUCCEEDED")
                && good.path("outcome").asText().equals("SUCCEEDED");
        out.println("Good release:  " + good.path("outcome").asText() + ", "
                + (unnoticed ? "and no request failed" : failedDuring("good release") + " requests failed"));
        out.println("Bad release:   " + bad.path("outcome").asText());
        incident(bad.path("release").path("incident"));
        out.println("Records:       " + work.resolve("state/services/shop/demo/releases"));
        out.println("Look at them:  ./tdeploy history --service shop --environment demo --state-dir "
                + work.resolve("state"));
        return unnoticed && rolledBack && released;
    }

    private long failedDuring(String phase) {
        return tally.phases().stream()
                .filter(each -> each.name().equals(phase))
                .mapToLong(Tally.Phase::failures)
                .sum();
    }

    private void incident(JsonNode incident) {
        if (incident.has("verified")) {
            out.println("               " + incident.path("reason").asText());
            out.println("               first sign to detected   " + between(incident, "onset", "detected"));
            out.println("               detected to decided      " + between(incident, "detected", "decided"));
            out.println("               decided to restored      " + between(incident, "decided", "restored"));
            out.println("               restored to verified     " + between(incident, "restored", "verified"));
        }
    }

    private static String between(JsonNode incident, String from, String to) {
        Duration duration = Duration.between(
                Instant.parse(incident.path(from).asText()),
                Instant.parse(incident.path(to).asText()));
        return String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1000.0);
    }
}
