package io.jenkins.plugins.transparentdeploy.records;

import org.jvnet.localizer.Localizable;

/** What a release is to those who look at it: in words, with a colour and a symbol. */
public enum Standing {
    LIVE(Messages._Standing_Live(), "success", "checkmark-circle-outline"),
    CAN_COME_BACK(Messages._Standing_CanComeBack(), "neutral", "time-outline"),
    UNDECIDED(Messages._Standing_Undecided(), "warning", "hourglass-outline"),
    ROLLED_BACK(Messages._Standing_RolledBack(), "error", "arrow-undo-outline"),
    ROLLED_BACK_BY_HAND(Messages._Standing_RolledBackByHand(), "error", "arrow-undo-outline"),
    ROLLBACK(Messages._Standing_Rollback(), "neutral", "arrow-undo-circle-outline"),
    ABANDONED(Messages._Standing_Abandoned(), "neutral", "remove-circle-outline"),
    NEEDS_A_PERSON(Messages._Standing_NeedsAPerson(), "error", "alert-circle-outline"),
    FORGOTTEN(Messages._Standing_Forgotten(), "neutral", "help-circle-outline"),
    NOT_GOOD(Messages._Standing_NotGood(), "warning", "alert-circle-outline");

    private final Localizable text;
    private final String tone;
    private final String symbol;

    Standing(Localizable text, String tone, String symbol) {
        this.text = text;
        this.tone = tone;
        this.symbol = symbol;
    }

    static Standing of(ReleaseSummary entry, boolean live) {
        return switch (entry.getState()) {
            case "ROLLBACK_FAILED" -> NEEDS_A_PERSON;
            case "ROLLED_BACK" -> entry.isRollback() ? ROLLBACK : ROLLED_BACK;
            case "ABANDONED" -> ABANDONED;
            case "SUCCEEDED" -> succeeded(entry, live);
            default -> UNDECIDED;
        };
    }

    private static Standing succeeded(ReleaseSummary entry, boolean live) {
        if (live) {
            return LIVE;
        }
        if (entry.getRolledBackBy() != null) {
            return ROLLED_BACK_BY_HAND;
        }
        return entry.isGood() ? CAN_COME_BACK : NOT_GOOD;
    }

    /** Of what is not remembered: whoever forgot it, it had come to its end, or it was never kept. */
    static Standing ofUnknown(String lastState) {
        return switch (lastState) {
            case "SUCCEEDED", "ROLLED_BACK", "ROLLBACK_FAILED", "ABANDONED" -> FORGOTTEN;
            default -> UNDECIDED;
        };
    }

    public String getText() {
        return text.toString();
    }

    /** {@code success}, {@code warning}, {@code error} or {@code neutral}. */
    public String getTone() {
        return tone;
    }

    public String getSymbol() {
        return "symbol-" + symbol + " plugin-ionicons-api";
    }
}
