package io.jenkins.plugins.transparentdeploy.configuration;

import hudson.Util;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import java.util.regex.Pattern;

/** What forms say about names and paths. The agents decide; this spares people the way there. */
final class Validation {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

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
