package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Lists of texts: a list in a Jenkinsfile, a text with one per line in a form. */
public final class Lines {
    /** As JSON has them. */
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?");

    private Lines() {}

    /** @return null if there is nothing in it, so that a generated snippet leaves it out */
    @CheckForNull
    public static List<String> of(@CheckForNull List<String> texts) {
        if (texts == null || texts.isEmpty()) {
            return null;
        }
        if (texts.size() > 1) {
            return new ArrayList<>(texts);
        }
        List<String> lines =
                texts.get(0).lines().filter(line -> !line.isBlank()).toList();
        return lines.isEmpty() ? null : new ArrayList<>(lines);
    }

    /** For a form's text area. */
    public static String join(@CheckForNull List<String> lines) {
        return lines == null ? "" : String.join("\n", lines);
    }

    /** Splits each line at the first separator; a line without one is a name with an empty value. */
    @CheckForNull
    static Map<String, String> toMap(@CheckForNull List<String> lines, String separator) {
        if (lines == null) {
            return null;
        }
        Map<String, String> map = new LinkedHashMap<>();
        for (String line : lines) {
            String[] parts = line.split(separator, 2);
            map.put(parts[0].strip(), parts.length == 1 ? "" : parts[1].strip());
        }
        return map;
    }

    /** As {@link #toMap}, split at colon and blank, with truth values and numbers as what they are. */
    @CheckForNull
    static Map<String, Object> toValues(@CheckForNull List<String> lines) {
        Map<String, String> texts = toMap(lines, ": ");
        if (texts == null) {
            return null;
        }
        Map<String, Object> values = new LinkedHashMap<>();
        texts.forEach((name, text) -> values.put(name, value(text)));
        return values;
    }

    private static Object value(String text) {
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        return NUMBER.matcher(text).matches() ? new BigDecimal(text) : text;
    }
}
