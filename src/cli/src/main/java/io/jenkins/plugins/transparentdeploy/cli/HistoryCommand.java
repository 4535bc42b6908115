package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseId;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tdeploy history}. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        description =
                "List releases and rollbacks, newest first. ▶ marks what is live, ↶ what 'rollback' goes back to.")
final class HistoryCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Mixin
    ServiceOptions service;

    @Spec
    CommandSpec spec;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many. Default: ${DEFAULT-VALUE}")
    int limit;

    @Option(
            names = "--release",
            paramLabel = "ID",
            description =
                    "One release in full, with its report: analyse, indicators, evaluate, compare, optimise, test,"
                            + " verify, monitor.")
    String release;

    @Option(
            names = "--before",
            paramLabel = "RELEASE",
            description = "Only what is older than this id: the last one of the page before.")
    String before;

    @Override
    public Integer call() throws Exception {
        StateDirectory state = StateDirectory.open(main.stateDirectory());
        ReleaseHistory history = new ReleaseHistory(service.records(state));
        if (release != null) {
            return details(history);
        }
        if (limit < 1) {
            throw new RefusedException("--limit " + limit + " would show nothing", "Give at least 1");
        }
        Optional<ReleaseRecord> live = history.live();
        ReleaseId liveId = live.isPresent() ? history.content(live.get()).id() : null;
        ReleaseId previous = history.previousGood().map(ReleaseRecord::id).orElse(null);
        PrintWriter out = spec.commandLine().getOut();
        for (ReleaseRecord record : page(history)) {
            if (main.json) {
                out.println(Json.MAPPER.writeValueAsString(record));
                continue;
            }
            String mark = record.id().equals(liveId) ? "▶" : record.id().equals(previous) ? "↶" : " ";
            out.printf(
                    "%s %s  %-10s  %-16s  %-15s  %s  %s%s%n",
                    mark,
                    record.id(),
                    record.kind().name().toLowerCase(java.util.Locale.ROOT),
                    record.version(),
                    record.state(),
                    record.delta(),
                    record.actor().who(),
                    record.knownBad().map(why -> "  known bad: " + why).orElse(""));
        }
        return 0;
    }

    private int details(ReleaseHistory history) throws IOException {
        Optional<ReleaseRecord> record =
                ReleaseId.isValid(release) ? history.find(new ReleaseId(release)) : Optional.empty();
        if (record.isEmpty()) {
            throw new RefusedException("There is no release '" + release + "'", "See 'tdeploy history' for their ids");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (main.json) {
            out.println(Json.MAPPER.writeValueAsString(record.get()));
        } else {
            new ReleaseDetails(out).print(record.get());
        }
        return 0;
    }

    private List<ReleaseRecord> page(ReleaseHistory history) throws IOException {
        if (before == null) {
            return history.newest(limit);
        }
        if (!ReleaseId.isValid(before)) {
            throw new RefusedException(
                    "'" + before + "' is not the id of a release", "Take one from 'tdeploy history'");
        }
        return history.olderThan(new ReleaseId(before), limit);
    }
}
