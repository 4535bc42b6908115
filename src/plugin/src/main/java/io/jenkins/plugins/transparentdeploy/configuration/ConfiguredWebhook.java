package io.jenkins.plugins.transparentdeploy.configuration;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.Secret;
import io.jenkins.plugins.transparentdeploy.settings.Lines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Somebody who is told what happens to the releases of this Jenkins, by signed messages that the hosts send. */
public final class ConfiguredWebhook extends AbstractDescribableImpl<ConfiguredWebhook> {
    private final String url;
    private final String credentialsId;

    /** Null for all. */
    @CheckForNull
    private List<String> events;

    /** @throws Descriptor.FormException for what is no URL to send messages to */
    @DataBoundConstructor
    public ConfiguredWebhook(String url, String credentialsId) throws Descriptor.FormException {
        this.url = Util.fixNull(url).trim();
        this.credentialsId = Util.fixNull(credentialsId).trim();
        Validation.require(Validation.url(url), "url");
    }

    public String getUrl() {
        return url;
    }

    public String getCredentialsId() {
        return credentialsId;
    }

    @CheckForNull
    public List<String> getEvents() {
        return events;
    }

    /** @throws IllegalArgumentException for one that never happens */
    @DataBoundSetter
    public void setEvents(@CheckForNull List<String> events) {
        List<String> chosen = Lines.of(events);
        Validation.unknownEvent(chosen).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        this.events = chosen;
    }

    /** For the form. */
    public String getEventsText() {
        return Lines.join(events);
    }

    /** The secret as it is now; empty if there are no such credentials. */
    Optional<Secret> secret() {
        return SecretTexts.find(credentialsId);
    }

    /** Where hosts find the secret. A message may wait for days, so the name changes only with the credentials. */
    String secretVariable() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(credentialsId.getBytes(StandardCharsets.UTF_8));
            return "TDEPLOY_SECRET_" + HexFormat.of().withUpperCase().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    Map<String, Object> toServiceFile() {
        Map<String, Object> webhook = new LinkedHashMap<>();
        webhook.put("webhook", url);
        webhook.put("secret", Map.of("env", secretVariable()));
        if (events != null) {
            webhook.put("events", events);
        }
        return webhook;
    }

    @Extension
    @Symbol("webhook")
    public static final class DescriptorImpl extends SecretTextDescriptor<ConfiguredWebhook> {
        @Override
        @NonNull
        public String getDisplayName() {
            return Messages.ConfiguredWebhook_DisplayName();
        }

        @POST
        @Restricted(NoExternalUse.class) // Stapler
        public FormValidation doCheckUrl(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return Validation.url(value);
        }

        @POST
        @Restricted(NoExternalUse.class) // Stapler
        public FormValidation doCheckEvents(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return Validation.events(Lines.of(List.of(Util.fixNull(value))));
        }

        /** Sends a message from here, as hosts send theirs. */
        @POST
        @Restricted(NoExternalUse.class) // Stapler
        public FormValidation doTest(@QueryParameter String url, @QueryParameter String credentialsId)
                throws InterruptedException {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            FormValidation address = Validation.url(url);
            FormValidation credentials = SecretTexts.check(credentialsId);
            if (address.kind == FormValidation.Kind.ERROR || credentials.kind == FormValidation.Kind.ERROR) {
                return FormValidation.aggregate(List.of(address, credentials));
            }
            try {
                int status = TestMessage.send(
                        url.trim(),
                        SecretTexts.find(credentialsId).orElseThrow().getPlainText());
                return status / 100 == 2
                        ? FormValidation.ok(Messages.ConfiguredWebhook_Taken(status))
                        : FormValidation.error(Messages.ConfiguredWebhook_NotTaken(status));
            } catch (IOException e) {
                return FormValidation.error(Messages.ConfiguredWebhook_Unreachable(e.getMessage()));
            }
        }
    }
}
