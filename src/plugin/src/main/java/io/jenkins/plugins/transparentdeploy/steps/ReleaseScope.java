package io.jenkins.plugins.transparentdeploy.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.Serial;
import java.io.Serializable;
import java.util.UUID;

/**
 * What an {@code autoRollback} block passes to the steps in it: the values they inherit, and the name under which the
 * releases made in it are held until it ends. Immutable; which releases are held is part of the run's records, so that it is
 * known even if the controller went down at a bad moment.
 */
final class ReleaseScope implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String id = UUID.randomUUID().toString();

    @CheckForNull
    private final String service;

    @CheckForNull
    private final String environment;

    @CheckForNull
    private final String file;

    @CheckForNull
    private final String stateDirectory;

    /** JSON of the analysis as in a service file, or null for the one in the service file. */
    @CheckForNull
    private final String analysis;

    /** JSON of the hooks as in a service file, or null for those in the service file. */
    @CheckForNull
    private final String hooks;

    ReleaseScope(
            ReleaseStep step,
            @CheckForNull ReleaseScope outer,
            @CheckForNull String analysis,
            @CheckForNull String hooks) {
        this.service = or(step.getService(), outer == null ? null : outer.service);
        this.environment = or(step.getEnvironment(), outer == null ? null : outer.environment);
        this.file = or(step.getFile(), outer == null ? null : outer.file);
        this.stateDirectory = or(step.getStateDirectory(), outer == null ? null : outer.stateDirectory);
        this.analysis = or(analysis, outer == null ? null : outer.analysis);
        this.hooks = or(hooks, outer == null ? null : outer.hooks);
    }

    String id() {
        return id;
    }

    @CheckForNull
    String service() {
        return service;
    }

    @CheckForNull
    String environment() {
        return environment;
    }

    @CheckForNull
    String file() {
        return file;
    }

    @CheckForNull
    String stateDirectory() {
        return stateDirectory;
    }

    @CheckForNull
    String analysis() {
        return analysis;
    }

    @CheckForNull
    String hooks() {
        return hooks;
    }

    @CheckForNull
    private static String or(@CheckForNull String first, @CheckForNull String second) {
        return first == null ? second : first;
    }
}
