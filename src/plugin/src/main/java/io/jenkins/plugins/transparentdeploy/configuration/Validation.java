package io.jenkins.plugins.transparentdeploy.configuration;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/** What forms say about names and paths. The agents decide; this spares people the way there. */
final class Validation {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** As docs/notifications.md names them. */
    static final List<String> EVENTS = List.of(
            "release.prepared",
            "release.snapshotted",
            "release.deploying",
            "release.verifying",
            "release.analysing",
            "release.succeeded",
            "release.rollingBack",
            "release.rolledBack",
            "release.rollbackFailed",
            "release.abandoned",
            "environment.frozen",
            "environment.opened");

    private static final Logger LOGGER = Logger.getLogger(Validation.class.getName());

    private Validation() {}

    /** Whoever does not use the form gets the same answer. */
    static void require(FormValidation answer, String field) throws Descriptor.FormException {
        if (answer.kind == FormValidation.Kind.ERROR) {
            throw new Descriptor.FormException(field + ": " + answer.getMessage(), field);
        }
    }

    static FormValidation absolutePath(String value) {
        String path = Util.fixNull(value).trim();
        return path.isEmpty() || path.startsWith("/")
                ? FormValidation.ok()
                : FormValidation.error(Messages.Validation_NotAbsolute());
    }

    static FormValidation url(String value) {
        try {
            URI uri = new URI(Util.fixNull(value).trim());
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getHost() != null && uri.getUserInfo() == null) {
                return FormValidation.ok();
            }
        } catch (URISyntaxException e) {
            LOGGER.log(Level.FINEST, "Not a URL", e);
        }
        return FormValidation.error(Messages.Validation_NotAUrl());
    }

    static FormValidation events(@CheckForNull List<String> events) {
        return unknownEvent(events).map(FormValidation::error).orElseGet(FormValidation::ok);
    }

    /**
     * What is wrong with one of them, if anything is.
     *
     * @param events null for all
     */
    static Optional<String> unknownEvent(@CheckForNull List<String> events) {
        return Util.fixNull(events).stream()
                .filter(event -> !EVENTS.contains(event))
                .findFirst()
                .map(unknown -> Messages.Validation_UnknownEvent(unknown, String.join(", ", EVENTS)));
    }

    static FormValidation name(String value) {
        return NAME.matcher(Util.fixNull(value).trim()).matches()
                ? FormValidation.ok()
                : FormValidation.error(Messages.Validation_NotAName());
    }

    static FormValidation variable(String value) {
        String name = Util.fixNull(value).trim();
        if (!VARIABLE.matcher(name).matches()) {
            return FormValidation.error(Messages.Validation_NotAVariable());
        }
        return CredentialVariable.isReserved(name)
                ? FormValidation.error(Messages.Validation_Reserved(name))
                : FormValidation.ok();
    }
}
