package io.jenkins.plugins.transparentdeploy.engine.check;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a server is got at.
 *
 * @param credentials who asks; empty for nobody in particular
 * @param authority a file with the certificates (PEM) that the server's has to be signed by, instead of those that the
 *     JDK trusts; absolute
 */
public record HttpAccess(Optional<Credentials> credentials, Optional<Path> authority) {
    /** As anybody, and the server as the JDK trusts it. */
    public static final HttpAccess OPEN = new HttpAccess(Optional.empty(), Optional.empty());

    /** @throws RefusedException when the path is not absolute */
    public HttpAccess {
        authority.filter(path -> !path.isAbsolute()).ifPresent(path -> {
            throw new RefusedException("The certificate file " + path + " is not absolute", "Give its whole path");
        });
    }
}
