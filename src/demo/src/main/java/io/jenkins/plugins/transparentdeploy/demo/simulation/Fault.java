package io.jenkins.plugins.transparentdeploy.demo.simulation;

import java.util.random.RandomGenerator;

/** How a release makes a service worse, from second 0 on. */
enum Fault {
    /** Not at all. */
    NONE("healthy", 0) {
        @Override
        Traffic in(Traffic traffic, RandomGenerator random) {
            return traffic;
        }
    },
    /** Every request is answered with 5xx. */
    OUTAGE("all 5xx", 0) {
        @Override
        Traffic in(Traffic traffic, RandomGenerator random) {
            return failing(traffic, (second, load) -> second >= 0 ? 1 : 0);
        }
    },
    /** One request in twenty fails. */
    FIVE_PERCENT("5 % errors", 0) {
        @Override
        Traffic in(Traffic traffic, RandomGenerator random) {
            return failing(traffic, (second, load) -> second >= 0 ? 0.05 : 0);
        }
    },
    /** Every request takes 300 ms longer. */
    SLOW("300 ms slower", 0) {
        @Override
        Traffic in(Traffic traffic, RandomGenerator random) {
            return traffic.with((Traffic.Latency) second -> traffic.latency().of(second) + (second >= 0 ? 0.3 : 0));
        }
    },
    /** A fifth of the requests fail from 150 a second on; bursts of 200 come about every ten seconds. */
    UNDER_LOAD("failing only under load", 0) {
        @Override
        Traffic in(Traffic traffic, RandomGenerator random) {
            Episodes bursts = new Episodes(random, -1, 10, 2, 8);
            Traffic busy = traffic.with((Traffic.Load) second ->
                    second >= 0 && bursts.isOn(second) ? 200 : traffic.load().at(second));
            return failing(busy, (second, load) -> second >= 0 && load > 150 ? 0.2 : 0);
        }
    },
    /** A tenth of the requests fail from second 30 on. */
    LATE("10 % errors after 30 s", 30) {
        @Override
        Traffic in(Traffic traffic, RandomGenerator random) {
            return failing(traffic, (second, load) -> second >= begins() ? 0.1 : 0);
        }
    },
    /** Five seconds of 30 % errors, five good ones, and so on. */
    FLAPPING("flapping: 5 s of 30 % errors, 5 s good", 0) {
        @Override
        Traffic in(Traffic traffic, RandomGenerator random) {
            return failing(traffic, (second, load) -> second >= 0 && second % 10 < 5 ? 0.3 : 0);
        }
    };

    private final String title;
    private final double begins;

    Fault(String title, double begins) {
        this.title = title;
        this.begins = begins;
    }

    abstract Traffic in(Traffic traffic, RandomGenerator random);

    /** The second in which it begins. */
    double begins() {
        return begins;
    }

    private static Traffic failing(Traffic traffic, Traffic.Errors more) {
        Traffic.Errors before = traffic.errors();
        return traffic.with(
                (Traffic.Errors) (second, load) -> Math.max(before.at(second, load), more.at(second, load)));
    }

    @Override
    public String toString() {
        return title;
    }
}
