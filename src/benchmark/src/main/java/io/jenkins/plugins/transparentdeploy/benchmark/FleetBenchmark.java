package io.jenkins.plugins.transparentdeploy.benchmark;

import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code scripts/benchmark-fleet}. */
@Command(
        name = "benchmark-fleet",
        mixinStandardHelpOptions = true,
        description = "Measures releases to many hosts, and rollbacks, beside what others do.")
public final class FleetBenchmark implements Callable<Integer> {
    private static final double BYTES = 1.5;
    private static final double ROLLBACK_SECONDS = 2;

    @Option(names = "--hosts", paramLabel = "N", description = "How many. Default: ${DEFAULT-VALUE}")
    int count = 50;

    @Option(names = "--no-peers", description = "Measure only this project and the rsync loop.")
    boolean noPeers;

    @Option(names = "--report", paramLabel = "FILE", description = "The page with the section to write. Default: none")
    Path page;

    @Option(names = "--tdeploy", required = true, description = "The tdeploy to measure.")
    Path tdeploy;

    @Option(names = "--application", required = true, description = "An unpacked application.")
    Path application;

    @Option(names = "--work", required = true, description = "A directory for everything that is written.")
    Path work;

    public static void main(String[] args) {
        System.exit(new CommandLine(new FleetBenchmark()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Optional<Page> section =
                Optional.ofNullable(page).map(file -> new Page(file, "fleets", "scripts/benchmark-fleet"));
        if (section.isPresent()) {
            section.get().check();
        }
        Path directory = Files.createDirectories(work).toRealPath().resolve("fleet");
        DurableFiles.deleteTree(directory);
        Files.createDirectories(directory);
        Report report = new Report();
        Machine.describe(
                report, "scripts/benchmark-fleet --hosts " + count + (noPeers ? " --no-peers" : ""), directory);
        List<Path> classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        FleetApplication app =
                FleetApplication.write(directory.resolve("application"), application.toRealPath(), classPath);
        List<FleetResult> results = new ArrayList<>();
        TdeployFleet own;
        try (FleetHosts hosts = new FleetHosts(directory.resolve("ssh"), count)) {
            own = new TdeployFleet(hosts, directory.resolve("tdeploy"), tdeploy.toAbsolutePath());
            List<FleetContender> contenders = new ArrayList<>();
            contenders.add(own);
            contenders.add(new RsyncFleet(hosts, directory.resolve("rsync")));
            if (!noPeers) {
                contenders.add(new AnsibleFleet(hosts, directory.resolve("ansible")));
                contenders.add(new CapistranoFleet(hosts, directory.resolve("capistrano")));
            }
            for (FleetContender contender : contenders) {
                List<String> missing = contender.needs().stream()
                        .filter(program -> !Commands.isInstalled(program))
                        .toList();
                if (missing.isEmpty()) {
                    results.add(measure(contender, app, hosts));
                } else {
                    report.line(
                                    "Not measured: %s, because %s is missing.",
                                    contender.name(), String.join(", ", missing))
                            .line("");
                }
                tidy(directory, hosts);
                String text = report.toString() + describe(app, results, own);
                if (section.isPresent()) {
                    // What comes later takes long, and may fail.
                    section.get().write(text);
                }
            }
        }
        System.out.print(report.toString() + describe(app, results, own));
        DurableFiles.deleteTree(directory);
        return 0;
    }

    private static FleetResult measure(FleetContender contender, FleetApplication app, FleetHosts hosts)
            throws IOException {
        System.err.println(contender.name() + ": the first release");
        contender.begin(app.first(), app.second());
        // Nobody pays for what was written before.
        Commands.run(List.of("sync"), app.first(), Map.of());
        System.err.println(contender.name() + ": the second release");
        long sent = hosts.sent();
        long received = hosts.received();
        long began = System.nanoTime();
        contender.release(app.second());
        final Duration release = Duration.ofNanos(System.nanoTime() - began);
        sent = hosts.sent() - sent;
        received = hosts.received() - received;
        app.requireLive(app.second(), contender, hosts.names());
        if (contender instanceof TdeployFleet own) {
            System.err.println("  " + own.stages());
        }
        System.err.println(contender.name() + ": back");
        final long before = hosts.sent();
        began = System.nanoTime();
        contender.rollBack();
        Duration rollback = Duration.ofNanos(System.nanoTime() - began);
        final long back = hosts.sent() - before;
        app.requireLive(app.first(), contender, hosts.names());
        if (contender instanceof TdeployFleet own) {
            System.err.println("  " + own.stages());
        }
        FleetResult result = new FleetResult(contender, release, sent, received, rollback, back);
        System.err.println(result.row(result, app.changedBytes() * hosts.names().size()));
        return result;
    }

    /** Hosts share a disk: what one contender has left is not in the next one's way. */
    private static void tidy(Path directory, FleetHosts hosts) throws IOException {
        for (String host : hosts.names()) {
            for (String left : List.of("tdeploy", "rsync", "ansible", "home/capistrano")) {
                DurableFiles.deleteTree(hosts.directory(host).resolve(left));
            }
        }
        DurableFiles.deleteTree(directory.resolve("capistrano"));
    }

    private String describe(FleetApplication app, List<FleetResult> results, TdeployFleet own) {
        Report report = new Report();
        long everywhere = app.changedBytes() * count;
        report.line(
                        "%d hosts; an application of %.1f MB in %d files (%s, jars, generated files); %d of its files, %.2f MB, have other content: %.1f MB for all hosts.",
                        count,
                        app.bytes() / 1e6,
                        app.files(),
                        application.getFileName(),
                        app.changed().size(),
                        app.changedBytes() / 1e6,
                        everywhere / 1e6)
                .line("")
                .line("| | release: wall time | sent | received | rollback: wall time | sent |")
                .line("| --- | ---: | ---: | ---: | ---: | ---: |");
        if (results.isEmpty()) {
            return report.toString();
        }
        FleetResult first = results.get(0);
        results.forEach(result -> report.line("%s", result.row(first, everywhere)));
        report.line("");
        results.forEach(result -> report.line(
                "- %s: %s.", result.contender().name(), result.contender().how()));
        TdeployFleet.Return back = own.returned();
        report.line("")
                .line(
                        "`tdeploy rollback`, from the start of the command: after %.2f s all hosts were connected to; after %.2f s it had looked at all of them, and decided; after %.2f s all had the release before again; after %.2f s what each has was measured, and it ended. The worker of `tdeploy` had at most %s resident.",
                        FleetResult.seconds(back.connected()),
                        FleetResult.seconds(back.decided()),
                        FleetResult.seconds(back.restored()),
                        FleetResult.seconds(first.rollback()),
                        Report.size(own.peakMemory()))
                .line("");
        report.goals(goals(results, own, everywhere));
        return report.toString();
    }

    private static List<Goal> goals(List<FleetResult> results, TdeployFleet own, long everywhere) {
        FleetResult mine = results.get(0);
        List<Goal> goals = new ArrayList<>();
        goals.add(Goal.atMost(
                "bytes sent, beside changed content × hosts", BYTES, mine.sent() / (double) everywhere, "×"));
        results.stream()
                .filter(result -> result.contender() instanceof RsyncFleet)
                .forEach(rsync -> goals.add(Goal.atMost(
                        "wall time of a release, beside the rsync loop",
                        1,
                        FleetResult.seconds(mine.release()) / FleetResult.seconds(rsync.release()),
                        "×")));
        goals.add(Goal.atMost(
                "rollback of all hosts, once they are connected to",
                ROLLBACK_SECONDS,
                FleetResult.seconds(own.returned().afterConnecting()),
                "s"));
        return goals;
    }
}
