package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.JsonNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The hosts of a release, and whether what is on each is what should be there. Immutable. */
public final class Fleet {
    private static final int MOST_ROWS = 1_000;
    private static final int MOST_AT_ONCE = 10;
    private static final int MOST_NAMES = 10;

    private final List<HostState> states;
    private final boolean wentBack;

    @CheckForNull
    private final Moment measured;

    private Fleet(List<HostState> states, boolean wentBack, @CheckForNull Moment measured) {
        this.states = states;
        this.wentBack = wentBack;
        this.measured = measured;
    }

    /** @param wentBack whether what should be there is what was there before the release */
    static Fleet of(JsonNode release, boolean wentBack) {
        List<HostState> missingFirst = HostState.of(release).stream()
                .sorted(Comparator.comparing(HostState::isConverged))
                .toList();
        Moment at = Moment.parse(release.path("convergence").path("at").asText())
                .map(Moment::new)
                .orElse(null);
        return new Fleet(missingFirst, wentBack, at);
    }

    /** Whether nothing is known of hosts, for all is on the machine that deploys. */
    public boolean isEmpty() {
        return states.isEmpty();
    }

    /** Those that do not have it, in the order of the service file. */
    public List<HostState> getMissing() {
        return shown().filter(state -> !state.isConverged()).toList();
    }

    /** Those that have it, in the order of the service file. */
    public List<HostState> getConverged() {
        return shown().filter(HostState::isConverged).toList();
    }

    /** The first 1000, those that do not have it first. */
    private Stream<HostState> shown() {
        return states.stream().limit(MOST_ROWS);
    }

    /** How many are neither among {@link #getMissing()} nor among {@link #getConverged()}. */
    public int getUnshown() {
        return Math.max(0, states.size() - MOST_ROWS);
    }

    /** Whether those that have it are so many that nobody wants to see each of them at once. */
    public boolean isFolded() {
        return getConvergedCount() > MOST_AT_ONCE;
    }

    public int getCount() {
        return states.size();
    }

    /** How many have what they should have. */
    public int getConvergedCount() {
        return (int) states.stream().filter(HostState::isConverged).count();
    }

    public boolean isEverywhere() {
        return getConvergedCount() == getCount();
    }

    /** When it was measured on the hosts; null if it was not. */
    @CheckForNull
    public Moment getMeasured() {
        return measured;
    }

    /** In words, with the names of those that do not have it. */
    public String getSentence() {
        int missing = getCount() - getConvergedCount();
        if (missing == 0) {
            return wentBack ? Messages.Fleet_AllBack(getCount()) : Messages.Fleet_All(getCount());
        }
        return wentBack
                ? Messages.Fleet_MissingBack(missing, getCount(), names(missing))
                : Messages.Fleet_Missing(missing, getCount(), names(missing));
    }

    private String names(int missing) {
        String names = states.stream()
                .limit(Math.min(missing, MOST_NAMES))
                .map(HostState::instance)
                .collect(Collectors.joining(", "));
        return missing > MOST_NAMES ? Messages.Fleet_More(names, missing - MOST_NAMES) : names;
    }
}
