package io.jenkins.plugins.transparentdeploy.engine.check;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.SecretReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Who asks, over HTTP; the secret is by reference. */
public sealed interface Credentials {
    /** The value of the Authorization header, made anew for each request. */
    Header header() throws IOException;

    /**
     * An Authorization header for a moment.
     *
     * @param value of the header
     * @param secrets what must not show up in any evidence
     */
    record Header(String value, List<String> secrets) {
        /** Never the value. */
        @Override
        public String toString() {
            return "Authorization: ***";
        }
    }

    /** A user name and a password (RFC 7617). */
    record Basic(String user, SecretReference password) implements Credentials {
        /** @throws RefusedException when the user name cannot be sent */
        public Basic {
            if (user.isBlank() || user.indexOf(':') >= 0) {
                throw new RefusedException(
                        "'" + user + "' cannot be the user name of basic authentication", "Use one without a colon");
            }
        }

        @Override
        public Header header() throws IOException {
            String secret = password.resolve();
            String encoded = Base64.getEncoder().encodeToString((user + ":" + secret).getBytes(StandardCharsets.UTF_8));
            return new Header("Basic " + encoded, List.of(secret, encoded));
        }
    }

    /** A token (RFC 6750). */
    record Bearer(SecretReference token) implements Credentials {
        @Override
        public Header header() throws IOException {
            String secret = token.resolve();
            if (secret.chars().anyMatch(c -> c <= ' ' || c > '~')) {
                throw new IOException(token + " holds something that cannot be a bearer token");
            }
            return new Header("Bearer " + secret, List.of(secret));
        }
    }
}
