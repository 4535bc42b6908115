package io.jenkins.plugins.transparentdeploy.demo.traffic;

import io.jenkins.plugins.transparentdeploy.demo.Leftovers;
import io.jenkins.plugins.transparentdeploy.demo.balancer.Proxy;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds the highest rate that this machine serves steadily: steps up by a quarter, with instances that start and stop
 * meanwhile and no deployment, until requests fail, or the 99th percentile is more than twice that of the lowest rate or
 * than a tenth of a second, two times in turn. Whoever makes the load, and what starts, shares the machine.
 */
final class SteadyRate {
    /** Requests a second. */
    static final int LOWEST = 500;

    private static final int ROUNDS = 2;
    private static final double MUCH_SLOWER = 2;
    /** In milliseconds. */
    private static final double SLOW = 100;

    private final Path jar;
    private final Path work;
    private final PrintStream out;
    private final boolean keepAlive;

    SteadyRate(Path jar, Path work, PrintStream out, boolean keepAlive) {
        this.jar = jar;
        this.work = work;
        this.out = out;
        this.keepAlive = keepAlive;
    }

    /**
     * What came at one rate.
     *
     * @param rate requests a second
     */
    record Step(int rate, Traffic traffic) {
        boolean isSteady(Step lowest) {
            return traffic.failed() == 0 && p99() <= Math.min(SLOW, MUCH_SLOWER * lowest.p99());
        }

        private double p99() {
            return traffic.p99();
        }

        /** A quarter more, in round numbers. */
        int next() {
            return rate * 5 / 4 / 25 * 25;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%d: %.1f ms, %d failed", rate, p99(), traffic.failed());
        }
    }

    /**
     * What the search found.
     *
     * @param steady the highest steady rate, or the lowest of all when none was
     * @param steps all that were tried, in order
     */
    record Found(int steady, List<Step> steps) {
        Found {
            steps = List.copyOf(steps);
        }
    }

    Found behind(String balancer) throws Exception {
        Path directory = work.resolve(balancer + "-rate");
        Service service = new Service(jar, directory);
        try (Proxy proxy = Proxy.start(balancer, directory.resolve("balancer"), service.servers())) {
            service.describe(proxy.inServiceFile(), Strategies.inServiceFile("rolling"));
            service.release("first");
            // What the client and the instances have not compiled yet is not what they can serve.
            load(proxy, service, LOWEST);
            return search(proxy, service);
        } finally {
            new Leftovers(directory).end();
        }
    }

    private Found search(Proxy proxy, Service service) throws Exception {
        List<Step> steps = new ArrayList<>();
        Step lowest = load(proxy, service, LOWEST);
        steps.add(lowest);
        Step steady = lowest;
        boolean again = true;
        while (again) {
            Step step = load(proxy, service, steady.next());
            steps.add(step);
            if (!step.isSteady(lowest)) {
                step = load(proxy, service, step.rate());
                steps.add(step);
            }
            again = step.isSteady(lowest);
            steady = again ? step : steady;
        }
        return new Found(steady.rate(), steps);
    }

    private Step load(Proxy proxy, Service service, int rate) throws Exception {
        try (OpenLoop load = new OpenLoop(proxy.address(), rate, keepAlive)) {
            load.start();
            for (int i = 0; i < ROUNDS; i++) {
                service.startAndStopWithoutDeploying(2);
            }
            Step step = new Step(rate, load.finish());
            out.println(proxy.kind() + ", steady? " + step);
            return step;
        }
    }
}
