package io.jenkins.plugins.transparentdeploy.engine.check;

import java.net.URI;
import java.util.regex.Pattern;

/** Takes user names and passwords out of the URLs in a text. */
final class Redaction {
    /** Up to the last {@code @} before the path: a password may hold one. */
    private static final Pattern USER_INFO = Pattern.compile("://[^/?#\\s]*@");

    private Redaction() {}

    static String of(URI uri) {
        return of(uri.toString());
    }

    static String of(String text) {
        return USER_INFO.matcher(text).replaceAll("://***@");
    }
}
