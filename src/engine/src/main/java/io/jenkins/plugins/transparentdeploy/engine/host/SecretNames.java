package io.jenkins.plugins.transparentdeploy.engine.host;

import java.util.Locale;
import java.util.regex.Pattern;

/** Which names say that a value is a secret. */
public final class SecretNames {
    /** As part of a regular expression; in upper case. */
    static final String WORDS = "PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIAL|PRIVATE_?KEY|API_?KEY";

    private static final Pattern NAME = Pattern.compile(".*(" + WORDS + ").*");

    private SecretNames() {}

    /** Whether a variable, a header or an option of that name holds a secret. */
    public static boolean match(String name) {
        return NAME.matcher(name.toUpperCase(Locale.ROOT).replace('-', '_')).matches();
    }
}
