package io.jenkins.plugins.transparentdeploy.demo.traffic;

import io.jenkins.plugins.transparentdeploy.demo.Leftovers;
import io.jenkins.plugins.transparentdeploy.demo.Tdeploy;
import io.jenkins.plugins.transparentdeploy.demo.balancer.Proxy;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code TrafficBenchmark JAR WORK [--rate=highest] [--transitions=20] …}: see {@code scripts/benchmark-traffic}. */
public final class TrafficBenchmark {
    static final String CONTROL = "control: the same processes, no deployment";

    private static final int WARM_UP_SECONDS = 5;
    private static final int CONTROL_ROUNDS = 10;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final Path jar;
    private final Path work;
    private final Report.Options options;
    private int rate;

    private TrafficBenchmark(Path jar, Path work, Report.Options options) {
        this.jar = jar;
        this.work = work;
        this.options = options;
    }

    public static void main(String[] arguments) throws Exception {
        Path work = Path.of(arguments[1]).toAbsolutePath().normalize();
        Leftovers leftovers = new Leftovers(work);
        Runtime.getRuntime().addShutdownHook(new Thread(leftovers::end, "end everything"));
        Map<String, String> named = new LinkedHashMap<>();
        for (int i = 2; i < arguments.length; i++) {
            String[] option = arguments[i].replaceFirst("^--", "").split("=", 2);
            named.put(option[0], option.length == 1 ? "true" : option[1]);
        }
        Report.Options options = Report.Options.of(named);
        TrafficBenchmark benchmark = new TrafficBenchmark(Path.of(arguments[0]).toAbsolutePath(), work, options);
        Optional<Path> page = Optional.ofNullable(named.get("report")).map(Path::of);
        boolean right = true;
        for (String balancer : options.balancers()) {
            right &= benchmark.behind(balancer, named, page);
        }
        System.exit(right ? 0 : 1);
    }

    private boolean behind(String balancer, Map<String, String> named, Optional<Path> page) throws Exception {
        if (named.containsKey("bad-releases")) {
            return badReleases(balancer, kinds(named), page);
        }
        return named.containsKey("peers") ? peers(balancer, page) : transitions(balancer, page);
    }

    /** Whether no request failed. */
    private boolean transitions(String balancer, Optional<Path> page) throws Exception {
        Optional<SteadyRate.Found> found = options.rate().isPresent()
                ? Optional.empty()
                : Optional.of(new SteadyRate(jar, work, out, options.keepAlive()).behind(balancer));
        rate = found.map(SteadyRate.Found::steady)
                .orElseGet(() -> options.rate().orElseThrow());
        List<Result> results = new ArrayList<>(List.of(say(control(balancer))));
        for (String strategy : options.strategies()) {
            results.add(say(strategy(balancer, strategy)));
        }
        publish(page, "traffic behind " + balancer, new Report(options, rate).table(results, found));
        return results.stream().allMatch(result -> result.traffic().failed() == 0);
    }

    /** What others lose; always right. */
    private boolean peers(String balancer, Optional<Path> page) throws Exception {
        rate = options.rate().orElse(SteadyRate.LOWEST);
        List<Result> results = new ArrayList<>();
        if (balancer.equals("nginx")) {
            results.add(say(plainScript()));
        }
        if (Capistrano.isInstalled()) {
            results.add(say(capistrano(balancer)));
        } else {
            out.println(
                    balancer + ", Capistrano: left out, for there is no 'cap' on the PATH (Debian package capistrano)");
        }
        publish(page, "others behind " + balancer, new Report(options, rate).table(results, Optional.empty()));
        return true;
    }

    /** Whether every bad release was rolled back, and the healthy one was not. */
    private boolean badReleases(String balancer, List<Misbehaviour> kinds, Optional<Path> page) throws Exception {
        List<BadReleases.Outcome> outcomes = new BadReleases(jar, work, out, kinds).behind(balancer);
        publish(page, "bad releases behind " + balancer, BadReleases.table(outcomes));
        return outcomes.stream().allMatch(BadReleases.Outcome::isRight);
    }

    private static List<Misbehaviour> kinds(Map<String, String> named) {
        return named.containsKey("kinds")
                ? Stream.of(named.get("kinds").split(","))
                        .map(kind -> Misbehaviour.valueOf(kind.toUpperCase(Locale.ROOT)))
                        .toList()
                : Stream.of(Misbehaviour.values())
                        .filter(kind -> kind != Misbehaviour.NONE)
                        .toList();
    }

    private void publish(Optional<Path> page, String name, String table) throws IOException {
        out.println();
        out.print(table);
        if (page.isPresent()) {
            Report.write(page.get(), name, table);
        }
    }

    private Result say(Result result) {
        out.printf(
                "%s, %s: %,d requests, failed %s, p99 %.1f ms %s%n",
                result.balancer(),
                result.what(),
                result.traffic().requests(),
                result.traffic().failures(),
                result.traffic().p99(),
                result.sinceDecided());
        return result;
    }

    /** Something that happens while the load goes on. */
    @FunctionalInterface
    private interface Body {
        List<Result.Switch> run(OpenLoop load) throws Exception;
    }

    private Result underLoad(Proxy proxy, String what, int transitions, Body body) throws Exception {
        try (OpenLoop warmUp = new OpenLoop(proxy.address(), rate, options.keepAlive())) {
            warmUp.start();
            TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
            warmUp.finish();
        }
        try (OpenLoop load = new OpenLoop(proxy.address(), rate, options.keepAlive())) {
            load.start();
            List<Result.Switch> switches = body.run(load);
            Traffic traffic = load.finish();
            load.slow().write(proxy.directory().resolve("slow-requests.tsv"));
            return new Result(proxy.kind(), what, transitions, traffic, switches);
        }
    }

    private Result strategy(String balancer, String strategy) throws Exception {
        Service service = new Service(jar, work.resolve(balancer + "-" + strategy));
        try (Proxy proxy = service.behind(balancer)) {
            service.describe(proxy.inServiceFile(), Strategies.inServiceFile(strategy));
            service.release("first");
            return underLoad(proxy, strategy, 2 * options.transitions(), load -> {
                List<Result.Switch> switches = new ArrayList<>();
                for (int i = 1; i <= options.transitions(); i++) {
                    String version = strategy + "-" + i;
                    service.release(version);
                    Service.Rollback rollback = service.rollBack();
                    if (strategy.equals("blue-green")) {
                        switches.add(Result.Switch.of(load.lastArrival(version), rollback));
                    }
                }
                return switches;
            });
        } finally {
            new Leftovers(work.resolve(balancer + "-" + strategy)).end();
        }
    }

    private Result control(String balancer) throws Exception {
        Service service = new Service(jar, work.resolve(balancer + "-control"));
        try (Proxy proxy = service.behind(balancer)) {
            service.describe(proxy.inServiceFile(), Strategies.inServiceFile("rolling"));
            service.release("first");
            return underLoad(proxy, CONTROL, 0, load -> {
                // It is as busy from the first round to the last, and a percentile does not grow with their number.
                for (int i = 0; i < Math.min(CONTROL_ROUNDS, 2 * options.transitions()); i++) {
                    service.startAndStopWithoutDeploying(2);
                }
                return List.of();
            });
        } finally {
            new Leftovers(work.resolve(balancer + "-control")).end();
        }
    }

    private Tdeploy tdeploy(Path directory) {
        return new Tdeploy(jar, directory.resolve("state"));
    }

    private Result plainScript() throws Exception {
        Path directory = Files.createDirectories(work.resolve("nginx-script"));
        Map<String, String> servers = new LinkedHashMap<>();
        for (String instance : List.of("a", "b")) {
            servers.put(instance, "127.0.0.1:" + Proxy.freePort());
        }
        try (Proxy proxy = Proxy.start("nginx", directory.resolve("balancer"), servers, tdeploy(directory));
                PlainScript script = new PlainScript(proxy, directory, servers)) {
            return underLoad(proxy, "a script with `nginx -s reload`", 2 * options.peerTransitions(), load -> {
                for (int i = 1; i <= 2 * options.peerTransitions(); i++) {
                    script.release("script-" + i);
                }
                return List.of();
            });
        }
    }

    private Result capistrano(String balancer) throws Exception {
        Path directory = work.resolve(balancer + "-capistrano");
        Map<String, String> servers = Capistrano.servers();
        try (Proxy proxy = Proxy.start(balancer, directory.resolve("balancer"), servers, tdeploy(directory));
                Capistrano capistrano = new Capistrano(directory, servers)) {
            return underLoad(
                    proxy, "Capistrano, its switch and a restart in turn", 2 * options.peerTransitions(), load -> {
                        for (int i = 1; i <= options.peerTransitions(); i++) {
                            capistrano.release("capistrano-" + i);
                            capistrano.rollBack();
                        }
                        return List.of();
                    });
        }
    }
}
