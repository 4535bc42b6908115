package io.jenkins.plugins.transparentdeploy.engine.release;

import java.util.Optional;

/**
 * Who asked for something.
 *
 * @param who a user's name or id
 * @param via the program through which: {@code tdeploy}, {@code jenkins}
 * @param url where to read more, such as the build's page
 */
public record Actor(String who, String via, Optional<String> url) {}
