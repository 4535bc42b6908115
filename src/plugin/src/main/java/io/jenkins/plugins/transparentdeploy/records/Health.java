package io.jenkins.plugins.transparentdeploy.records;

import org.jvnet.localizer.Localizable;

/**
 * What the newest releases of a service came to in an environment: in words, with a colour and a symbol. Nothing is asked of
 * the service after that, so this does not say how it is now.
 */
public enum Health {
    CHECKED(Messages._Health_Checked(), "success", "checkmark-circle-outline"),
    UNCHECKED(Messages._Health_Unchecked(), "neutral", "help-circle-outline"),
    RELEASING(Messages._Health_Releasing(), "warning", "hourglass-outline"),
    LAST_DID_NOT_MAKE_IT(Messages._Health_LastDidNotMakeIt(), "warning", "arrow-undo-outline"),
    NEEDS_A_PERSON(Messages._Health_NeedsAPerson(), "error", "alert-circle-outline"),
    NOTHING_LIVE(Messages._Health_NothingLive(), "neutral", "remove-circle-outline");

    private final Localizable text;
    private final String tone;
    private final String symbol;

    Health(Localizable text, String tone, String symbol) {
        this.text = text;
        this.tone = tone;
        this.symbol = symbol;
    }

    static Health of(ReleaseHistory history) {
        ReleaseSummary live = history.live().orElse(null);
        ReleaseSummary newest = history.newestFirst().stream()
                .filter(release -> !release.getState().equals("ABANDONED"))
                .findFirst()
                .orElse(null);
        if (newest == null) {
            return NOTHING_LIVE;
        }
        return switch (newest.getState()) {
            case "ROLLBACK_FAILED" -> NEEDS_A_PERSON;
            case "SUCCEEDED", "ROLLED_BACK" -> settled(newest, live);
            default -> RELEASING;
        };
    }

    private static Health settled(ReleaseSummary newest, ReleaseSummary live) {
        if (live == null) {
            return NOTHING_LIVE;
        }
        if (!newest.tookEffect()) {
            return LAST_DID_NOT_MAKE_IT;
        }
        return live.getCheckCount() == 0 ? UNCHECKED : CHECKED;
    }

    public String getText() {
        return text.toString();
    }

    /** The lower, the sooner somebody should look. */
    public int getUrgency() {
        return switch (this) {
            case NEEDS_A_PERSON -> 0;
            case LAST_DID_NOT_MAKE_IT -> 1;
            case RELEASING -> 2;
            case NOTHING_LIVE -> 3;
            case UNCHECKED -> 4;
            case CHECKED -> 5;
        };
    }

    /** {@code success}, {@code warning}, {@code error} or {@code neutral}. */
    public String getTone() {
        return tone;
    }

    public String getSymbol() {
        return "symbol-" + symbol + " plugin-ionicons-api";
    }
}
