package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.FreezeLog;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tdeploy status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Show what is live where on this host, what is going on, and what can be gone back to.")
final class StatusCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        StateDirectory state = StateDirectory.open(main.stateDirectory());
        PrintWriter out = spec.commandLine().getOut();
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Path service : children(state.services())) {
            for (Path environment : children(service)) {
                rows.add(row(
                        service.getFileName() + "/" + environment.getFileName(),
                        new EnvironmentDirectory(environment)));
            }
        }
        if (main.json) {
            for (Map<String, Object> row : rows) {
                out.println(Json.MAPPER.writeValueAsString(row));
            }
        } else if (rows.isEmpty()) {
            out.println("Nothing was released from " + state.root() + " yet. Begin with 'tdeploy init'.");
        } else {
            rows.forEach(row -> show(row, out));
        }
        return 0;
    }

    private static void show(Map<String, Object> row, PrintWriter out) {
        out.printf(
                "%-30s live: %-20s since %s%s%n%-30s back to: %s%s%s%n",
                row.get("service"),
                row.get("live"),
                row.get("since"),
                row.get("slot").equals("") ? "" : " on " + row.get("slot"),
                "",
                row.get("previous"),
                row.get("doing").equals("") ? "" : "   now: " + row.get("doing"),
                row.get("frozen").equals("") ? "" : "   " + row.get("frozen"));
        FleetStatus.show(row, out);
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(Files::isDirectory).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static Map<String, Object> row(String name, EnvironmentDirectory directory) throws IOException {
        ReleaseHistory history = new ReleaseHistory(directory);
        Optional<ReleaseRecord> live = history.live();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("service", name);
        row.put("live", live.isPresent() ? history.content(live.get()).version() : "nothing");
        row.put(
                "slot",
                live.flatMap(ReleaseRecord::slot)
                        .map(slot -> slot.name() + " (" + String.join(", ", slot.instances()) + ")")
                        .orElse(""));
        row.put(
                "since",
                live.map(record -> record.changedAt()
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString())
                        .orElse("-"));
        row.put("previous", history.previousGood().map(ReleaseRecord::version).orElse("nothing"));
        boolean working = directory.isBeingChanged();
        row.put(
                "doing",
                history.unfinished()
                        .map(record -> record.version() + " is " + record.state()
                                + (record.held() ? ", held" : working ? "" : ", interrupted: run 'tdeploy recover'"))
                        .orElse(""));
        live.ifPresent(record -> FleetStatus.put(record, row));
        row.put(
                "frozen",
                new FreezeLog(directory)
                        .current()
                        .map(freeze -> freeze + " (" + freeze.at().truncatedTo(ChronoUnit.SECONDS) + ")")
                        .orElse(""));
        return row;
    }
}
