package io.jenkins.plugins.transparentdeploy.demo.traffic;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** What is wrong with a release; of {@link #NOISY}, nothing is. */
enum Misbehaviour {
    NONE("nothing"),
    BROKEN("every request fails"),
    ERRORS("5 % errors"),
    SLOW("300 ms slower"),
    FLAPPING("5 s of 30 % errors, 5 s good"),
    UNDER_LOAD("30 % errors above 30 requests a second"),
    LATE("10 % errors from 30 s after its start"),
    NOISY("healthy, with a latency of up to 400 ms now and then");

    /** The file, beside the version, that its name is in. */
    static final String FILE = "misbehaviour";

    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final Duration ONSET = Duration.ofSeconds(30);
    private static final int MUCH = 30;

    private final String text;

    Misbehaviour(String text) {
        this.text = text;
    }

    /** For people. */
    String text() {
        return text;
    }

    /** Whether a release of that kind has to be rolled back. */
    boolean isBad() {
        return this != NONE && this != NOISY;
    }

    /**
     * Whether a request fails.
     *
     * @param running since the process was started
     * @param load requests in the last second
     */
    boolean fails(Duration running, int load, RandomGenerator random) {
        return random.nextDouble() < failing(running, load);
    }

    private double failing(Duration running, int load) {
        return switch (this) {
            case NONE, SLOW, NOISY -> 0;
            case BROKEN -> 1;
            case ERRORS -> 0.05;
            case FLAPPING -> running.dividedBy(PERIOD) % 2 == 0 ? 0.3 : 0;
            case UNDER_LOAD -> load > MUCH ? 0.3 : 0;
            case LATE -> running.compareTo(ONSET) >= 0 ? 0.1 : 0;
        };
    }

    /** How much longer a request takes than it has to. */
    Duration delay(RandomGenerator random) {
        return switch (this) {
            case SLOW -> Duration.ofMillis(300);
            // One in fifty, so that the 95th percentile is another one than the longest.
            case NOISY -> random.nextInt(50) == 0 ? Duration.ofMillis(random.nextInt(400)) : Duration.ZERO;
            default -> Duration.ZERO;
        };
    }
}
