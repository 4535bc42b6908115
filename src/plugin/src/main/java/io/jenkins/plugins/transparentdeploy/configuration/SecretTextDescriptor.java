package io.jenkins.plugins.transparentdeploy.configuration;

import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Of what refers to a secret text by its {@code credentialsId}. */
public abstract class SecretTextDescriptor<T extends Describable<T>> extends Descriptor<T> {
    @POST
    @Restricted(NoExternalUse.class) // Stapler
    public ListBoxModel doFillCredentialsIdItems(@QueryParameter String credentialsId) {
        return SecretTexts.choices(credentialsId);
    }

    @POST
    @Restricted(NoExternalUse.class) // Stapler
    public FormValidation doCheckCredentialsId(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        return SecretTexts.check(value);
    }
}
