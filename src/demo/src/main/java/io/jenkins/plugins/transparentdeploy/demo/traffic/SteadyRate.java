package io.jenkins.plugins.transparentdeploy.demo.traffic;

import io.jenkins.plugins.transparentdeploy.demo.Leftovers;
import io.jenkins.plugins.transparentdeploy.demo.balancer.Proxy;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds the highest rate that this machine serves steadily with one of two instances, as it has to while the other is
 * replaced: steps up by a quarter, with instances that start and stop meanwhile and no deployment, until requests fail, or
 * the 99th percentile is more than a twentieth of a second, two times in turn. What was steady for a moment has to stay so
 * for longer, or it steps down again. Whoever makes the load, and what starts, shares the machine.
 */
final class SteadyRate {
    /** Requests a second. */
    static final int LOWEST = 500;

    private static final int ROUNDS = 2;
    /** Queues that build up slowly are not seen sooner. */
    private static final int LASTING_ROUNDS = 12;

    /** In milliseconds. */
    private static final double SLOW = 50;

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
        boolean isSteady() {
            return traffic.failed() == 0 && p99() <= SLOW;
        }

        private double p99() {
            return traffic.p99();
        }

        /** A quarter more, in round numbers. */
        int next() {
            return rate * 5 / 4 / 25 * 25;
        }

        /** A fifth less, in round numbers, and never less than the lowest. */
        int before() {
            return Math.max(LOWEST, rate * 4 / 5 / 25 * 25);
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
        try (Proxy proxy = service.behind(balancer)) {
            // Of its two slots one serves.
            service.describe(proxy.inServiceFile(), Strategies.inServiceFile("blue-green"));
            service.release("first");
            // What the client and the instances have not compiled yet is not what they can serve.
            load(proxy, service, LOWEST, ROUNDS);
            return search(proxy, service);
        } finally {
            new Leftovers(directory).end();
        }
    }

    private Found search(Proxy proxy, Service service) throws Exception {
        List<Step> steps = new ArrayList<>();
        steps.add(load(proxy, service, LOWEST, ROUNDS));
        int steady = LOWEST;
        boolean again = true;
        while (again) {
            Step step = load(proxy, service, last(steps).next(), ROUNDS);
            steps.add(step);
            if (!step.isSteady()) {
                step = load(proxy, service, step.rate(), ROUNDS);
                steps.add(step);
            }
            again = step.isSteady();
            steady = again ? step.rate() : step.before();
        }
        steps.add(load(proxy, service, steady, LASTING_ROUNDS));
        while (steady > LOWEST && !last(steps).isSteady()) {
            steady = last(steps).before();
            steps.add(load(proxy, service, steady, LASTING_ROUNDS));
        }
        return new Found(steady, steps);
    }

    private static Step last(List<Step> steps) {
        return steps.get(steps.size() - 1);
    }

    private Step load(Proxy proxy, Service service, int rate, int rounds) throws Exception {
        try (OpenLoop load = new OpenLoop(proxy.address(), rate, keepAlive)) {
            load.start();
            for (int i = 0; i < rounds; i++) {
                service.startAndStopWithoutDeploying(2);
            }
            Step step = new Step(rate, load.finish());
            out.println(proxy.kind() + ", steady? " + step);
            return step;
        }
    }
}
