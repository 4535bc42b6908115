package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Objects;

/**
 * User and group that own a file; in JSON {@code user:group}, or the empty text when {@link #UNKNOWN}.
 *
 * @param user name, or number where there is no name; empty if unknown
 * @param group name, or number where there is no name; empty if unknown
 */
public record Owner(String user, String group) {
    /** Of files that belong to no host yet, such as an archive's. */
    public static final Owner UNKNOWN = new Owner("", "");

    public Owner {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(group, "group");
    }

    /** @param text what {@link #toString()} gave */
    @JsonCreator
    public static Owner parse(String text) {
        int colon = text.indexOf(':');
        return colon < 0 ? UNKNOWN : new Owner(text.substring(0, colon), text.substring(colon + 1));
    }

    /** Whether this is not {@link #UNKNOWN}. */
    public boolean known() {
        return !equals(UNKNOWN);
    }

    @Override
    @JsonValue
    public String toString() {
        return known() ? user + ":" + group : "";
    }
}
