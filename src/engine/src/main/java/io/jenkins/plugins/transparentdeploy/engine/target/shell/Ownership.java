package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.host.HostId;
import java.util.Objects;

/**
 * Who deploys to a directory of another host. Written there, so that two controllers do not deploy to one directory without
 * knowing of each other.
 *
 * @param controller the host that releases are run on
 * @param name what people call it; in one line
 * @param takeOver whether a directory that belongs to another controller becomes this one's, on behalf of somebody who knows
 *     that the other one deploys there no more
 */
public record Ownership(HostId controller, String name, boolean takeOver) {
    public Ownership {
        Objects.requireNonNull(controller, "controller");
        name = name.replaceAll("\\p{Cntrl}", " ").strip();
    }
}
