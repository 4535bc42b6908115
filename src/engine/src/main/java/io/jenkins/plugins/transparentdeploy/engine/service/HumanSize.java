package io.jenkins.plugins.transparentdeploy.engine.service;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 500MB}, {@code 20GB}; a kilobyte has 1000 bytes. */
public final class HumanSize {
    /** What to tell somebody whose size could not be read. */
    public static final String EXAMPLES = "Write it like 500MB or 20GB";

    private static final Pattern SIZE = Pattern.compile("(\\d{1,6})\\s*([KMGT]?)B?", Pattern.CASE_INSENSITIVE);
    private static final String UNITS = "KMGT";
    private static final int THOUSAND = 1000;

    private HumanSize() {}

    /**
     * Reads a size.
     *
     * @return bytes, or empty when the text is not a size
     */
    public static OptionalLong parse(String text) {
        Matcher size = SIZE.matcher(text.strip());
        if (!size.matches()) {
            return OptionalLong.empty();
        }
        long bytes = Long.parseLong(size.group(1));
        String unit = size.group(2).toUpperCase(Locale.ROOT);
        int power = unit.isEmpty() ? 0 : UNITS.indexOf(unit) + 1;
        for (int i = 0; i < power; i++) {
            bytes *= THOUSAND;
        }
        return OptionalLong.of(bytes);
    }
}
