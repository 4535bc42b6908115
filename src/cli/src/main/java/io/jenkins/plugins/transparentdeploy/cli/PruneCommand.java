package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.StoreKeeper;
import io.jenkins.plugins.transparentdeploy.engine.service.HumanDuration;
import io.jenkins.plugins.transparentdeploy.engine.service.HumanSize;
import io.jenkins.plugins.transparentdeploy.engine.service.Keeping;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.PruneReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tdeploy prune}. */
@Command(
        name = "prune",
        mixinStandardHelpOptions = true,
        description =
                "Remove the content of old releases of all services. What is live, what 'rollback' goes to, and what"
                        + " is unfinished stays whatever the options say; records and journals stay for ever.")
final class PruneCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Spec
    CommandSpec spec;

    @Option(
            names = "--keep",
            paramLabel = "N",
            defaultValue = "10",
            description =
                    "How many of the newest releases and rollback points of each environment can still be rolled back"
                            + " to. Default: ${DEFAULT-VALUE}")
    int keep;

    @Option(names = "--age", paramLabel = "DURATION", description = "Keep those that are younger, too: 30d.")
    String age;

    @Option(
            names = "--quota",
            paramLabel = "SIZE",
            description = "Keep fewer until the store takes no more than this: 20GB.")
    String quota;

    @Override
    public Integer call() throws Exception {
        if (keep < 1) {
            throw new RefusedException("--keep " + keep + " would keep nothing", "Keep at least 1");
        }
        Keeping keeping = new Keeping(keep, duration(), bytes());
        Map<Path, PruneReport> reports =
                new StoreKeeper(StateDirectory.open(main.stateDirectory()), Clock.systemUTC()).prune(keeping);
        PrintWriter out = spec.commandLine().getOut();
        if (main.json) {
            out.println(Json.MAPPER.writeValueAsString(reports));
        } else {
            reports.forEach((store, report) -> out.printf(
                    Locale.ROOT,
                    "%s: removed %d objects, %.1f MB; %.1f MB are left.%n",
                    store,
                    report.removedObjects(),
                    (report.bytesBefore() - report.bytesAfter()) / 1e6,
                    report.bytesAfter() / 1e6));
        }
        boolean exceeded = reports.values().stream().anyMatch(report -> keeping.isExceededBy(report.bytesAfter()));
        if (exceeded) {
            spec.commandLine()
                    .getErr()
                    .println("tdeploy: what cannot be removed takes more than the quota of " + quota
                            + ". Raise it, or move the store to a larger disk.");
        }
        return exceeded ? Outcome.ERROR.exitCode() : 0;
    }

    private Optional<Duration> duration() {
        if (age == null) {
            return Optional.empty();
        }
        return Optional.of(HumanDuration.parse(age)
                .orElseThrow(() ->
                        new RefusedException("--age '" + age + "' is not a duration", "Write it like 30d or 12h")));
    }

    private OptionalLong bytes() {
        if (quota == null) {
            return OptionalLong.empty();
        }
        OptionalLong bytes = HumanSize.parse(quota);
        if (bytes.isEmpty()) {
            throw new RefusedException("--quota '" + quota + "' is not a size", HumanSize.EXAMPLES);
        }
        return bytes;
    }
}
