package io.jenkins.plugins.transparentdeploy.configuration;

import com.fasterxml.jackson.databind.ObjectMapper;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.BulkChange;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.util.FormValidation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import jenkins.model.GlobalConfiguration;
import jenkins.model.GlobalConfigurationCategory;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** The section <i>Transparent Deploy</i> of <i>Manage Jenkins &gt; System</i>. */
@Extension
@Symbol("transparentDeploy")
public final class TransparentDeployConfiguration extends GlobalConfiguration {
    @CheckForNull
    private String stateDirectory;

    private List<ConfiguredEnvironment> environments = new ArrayList<>();

    private List<ConfiguredWebhook> webhooks = new ArrayList<>();

    public TransparentDeployConfiguration() {
        load();
    }

    public static TransparentDeployConfiguration get() {
        return ExtensionList.lookupSingleton(TransparentDeployConfiguration.class);
    }

    @Override
    @NonNull
    public GlobalConfigurationCategory getCategory() {
        return GlobalConfigurationCategory.get(GlobalConfigurationCategory.Unclassified.class);
    }

    @Override
    @NonNull
    public String getDisplayName() {
        return Messages.TransparentDeployConfiguration_DisplayName();
    }

    /** Where hosts keep their state unless something else is said; null for {@code ~/.transparent-deploy}. */
    @CheckForNull
    public String getStateDirectory() {
        return stateDirectory;
    }

    @DataBoundSetter
    public void setStateDirectory(@CheckForNull String stateDirectory) {
        this.stateDirectory = Util.fixEmptyAndTrim(stateDirectory);
        save();
    }

    public List<ConfiguredEnvironment> getEnvironments() {
        return List.copyOf(environments);
    }

    @DataBoundSetter
    public void setEnvironments(@CheckForNull List<ConfiguredEnvironment> environments) {
        this.environments = new ArrayList<>(Util.fixNull(environments));
        save();
    }

    public List<ConfiguredWebhook> getWebhooks() {
        return List.copyOf(webhooks);
    }

    @DataBoundSetter
    public void setWebhooks(@CheckForNull List<ConfiguredWebhook> webhooks) {
        this.webhooks = new ArrayList<>(Util.fixNull(webhooks));
        save();
    }

    /**
     * What {@code tdeploy} finds in its environment about who is told what happens: the receivers, and their secrets.
     *
     * @param problems gets a sentence for each receiver whose secret is not there
     */
    public Map<String, String> notifications(Consumer<String> problems) {
        Map<String, String> variables = new TreeMap<>();
        List<Map<String, Object>> receivers = new ArrayList<>();
        for (ConfiguredWebhook webhook : webhooks) {
            webhook.secret()
                    .ifPresentOrElse(
                            secret -> {
                                variables.put(webhook.secretVariable(), secret.getPlainText());
                                receivers.add(webhook.toServiceFile());
                            },
                            () -> problems.accept(Messages.TransparentDeployConfiguration_NoCredentials(
                                    webhook.getCredentialsId(), webhook.getUrl())));
        }
        if (!receivers.isEmpty()) {
            variables.put(
                    "TDEPLOY_NOTIFICATIONS",
                    new ObjectMapper().valueToTree(receivers).toString());
        }
        return variables;
    }

    /** A list that was emptied is not submitted at all. */
    @Override
    public boolean configure(StaplerRequest2 request, JSONObject form) {
        try (BulkChange change = new BulkChange(this)) {
            request.bindJSON(this, form);
            if (!form.has("environments")) {
                setEnvironments(null);
            }
            if (!form.has("webhooks")) {
                setWebhooks(null);
            }
            change.commit();
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("The configuration of Transparent Deploy could not be saved", e);
        }
    }

    /**
     * The state directory for an environment: its own, or the default of all.
     *
     * @param service null if it is not known yet, so that only the default applies
     * @return null if nothing was configured
     */
    @CheckForNull
    public String stateDirectoryOf(@CheckForNull String service, String environment) {
        return find(service, environment)
                .map(ConfiguredEnvironment::getStateDirectory)
                .orElse(stateDirectory);
    }

    /** What was configured for an environment of a service. */
    public Optional<ConfiguredEnvironment> find(@CheckForNull String service, String environment) {
        return environments.stream()
                .filter(configured -> configured.isOf(service, environment))
                .findFirst();
    }

    /**
     * A job, or a folder, has another name.
     *
     * @return the environments that are for it, or for something in it
     */
    synchronized List<String> jobRenamed(String oldName, String newName) {
        List<String> changed = environments.stream()
                .filter(environment -> environment.jobRenamed(oldName, newName))
                .map(environment -> environment.getService() + "/" + environment.getEnvironment())
                .toList();
        if (!changed.isEmpty()) {
            save();
        }
        return changed;
    }

    @POST
    @Restricted(NoExternalUse.class) // Stapler
    public FormValidation doCheckStateDirectory(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        return Validation.absolutePath(value);
    }
}
