package io.jenkins.plugins.transparentdeploy.demo.simulation;

import java.util.random.RandomGenerator;

/** What healthy services are like. A request in a thousand fails everywhere. */
enum Noise {
    /** A hundred requests a second (Poisson), log-normal latency: median 40 ms, 95th percentile 91 ms. */
    STEADY("steady load") {
        @Override
        Traffic traffic(RandomGenerator random, double start) {
            return plain(random);
        }
    },
    /** Forty requests a second, and bursts of 250 for 2 to 8 s about every ten. */
    BURSTY("bursty load") {
        @Override
        Traffic traffic(RandomGenerator random, double start) {
            Episodes bursts = new Episodes(random, start, 10, 2, 8);
            return plain(random).with((Traffic.Load) second -> bursts.isOn(second) ? 250 : 40);
        }
    },
    /** Between 20 and 180 requests a second, in waves of ten minutes that begin anywhere. */
    DIURNAL("diurnal load") {
        @Override
        Traffic traffic(RandomGenerator random, double start) {
            double phase = random.nextDouble(2 * Math.PI);
            return plain(random).with((Traffic.Load) second -> 100 + 80 * Math.sin(phase + 2 * Math.PI * second / 600));
        }
    },
    /** Three requests a second. */
    QUIET("three requests a second") {
        @Override
        Traffic traffic(RandomGenerator random, double start) {
            return plain(random).with((Traffic.Load) second -> 3);
        }
    },
    /** A tenth of the requests have latencies from 100 ms on whose variance is infinite (Pareto, exponent 1.5). */
    HEAVY_TAIL("heavy-tailed latency") {
        @Override
        Traffic traffic(RandomGenerator random, double start) {
            Traffic plain = plain(random);
            return plain.with((Traffic.Latency) second -> random.nextInt(10) == 0
                    ? 0.1 * Math.pow(1 - random.nextDouble(), -1 / 1.5)
                    : plain.latency().of(second));
        }
    },
    /** Stands still for 100 to 500 ms about every eight seconds, as by a garbage collection; what comes then waits. */
    PAUSES("garbage collections") {
        @Override
        Traffic traffic(RandomGenerator random, double start) {
            Traffic plain = plain(random);
            Episodes pauses = new Episodes(random, start, 8, 0.1, 0.5);
            return plain.with((Traffic.Latency)
                    second -> pauses.remaining(second) + plain.latency().of(second));
        }
    },
    /** About every twenty seconds a fifth of the requests fail for 200 to 500 ms. */
    ERROR_BURSTS("errors in bursts") {
        @Override
        Traffic traffic(RandomGenerator random, double start) {
            Episodes bursts = new Episodes(random, start, 20, 0.2, 0.5);
            return plain(random).with((Traffic.Errors) (second, load) -> bursts.isOn(second) ? 0.2 : BACKGROUND);
        }
    },
    /** Five fail one after the other, as retries of the same request do; as many in all as elsewhere. */
    CLUMPS("failures by fives") {
        @Override
        Traffic traffic(RandomGenerator random, double start) {
            int[] left = {0};
            return plain(random).with((Traffic.Errors) (second, load) -> {
                if (left[0] == 0) {
                    left[0] = random.nextDouble() < BACKGROUND / 5 ? 5 : 0;
                    if (left[0] == 0) {
                        return 0;
                    }
                }
                left[0]--;
                return 1;
            });
        }
    },
    /** Twenty requests a second: a fifth of a hundred, as a canary gets. */
    FIFTH("twenty requests a second") {
        @Override
        Traffic traffic(RandomGenerator random, double start) {
            return plain(random).with((Traffic.Load) second -> 20);
        }
    },
    /** Forty: two fifths. */
    TWO_FIFTHS("forty requests a second") {
        @Override
        Traffic traffic(RandomGenerator random, double start) {
            return plain(random).with((Traffic.Load) second -> 40);
        }
    },
    /** A tenth of a second becomes half a second at first, and half of that every second: caches, just-in-time code. */
    COLD_START("a cold start") {
        @Override
        Traffic traffic(RandomGenerator random, double start) {
            Traffic plain = plain(random);
            return plain.with((Traffic.Latency) second -> {
                double slower = second < 0 ? 1 : 1 + 4 * Math.pow(0.5, second);
                return slower * plain.latency().of(second);
            });
        }
    };

    static final double BACKGROUND = 0.001;
    private static final double MEDIAN = 0.04;
    private static final double SIGMA = 0.5;

    private final String title;

    Noise(String title) {
        this.title = title;
    }

    /** @param start the second from which on it is asked, which may be negative */
    abstract Traffic traffic(RandomGenerator random, double start);

    private static Traffic plain(RandomGenerator random) {
        return new Traffic(
                second -> 100,
                second -> MEDIAN * Math.exp(SIGMA * random.nextGaussian()),
                (second, load) -> BACKGROUND);
    }

    @Override
    public String toString() {
        return title;
    }
}
