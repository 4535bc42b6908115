package io.jenkins.plugins.transparentdeploy.configuration;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import io.jenkins.plugins.transparentdeploy.settings.Lines;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** One environment of one service, as administrators know it. */
public final class ConfiguredEnvironment extends AbstractDescribableImpl<ConfiguredEnvironment> {
    private final String service;
    private final String environment;

    @CheckForNull
    private String stateDirectory;

    /** Null for all. */
    @CheckForNull
    private List<String> jobs;

    private List<CredentialVariable> credentials = new ArrayList<>();

    /** @throws Descriptor.FormException for names that no service or environment can have */
    @DataBoundConstructor
    public ConfiguredEnvironment(String service, String environment) throws Descriptor.FormException {
        this.service = Util.fixNull(service).trim();
        this.environment = Util.fixNull(environment).trim();
        Validation.require(Validation.name(service), "service");
        Validation.require(Validation.name(environment), "environment");
    }

    public String getService() {
        return service;
    }

    public String getEnvironment() {
        return environment;
    }

    @CheckForNull
    public String getStateDirectory() {
        return stateDirectory;
    }

    @DataBoundSetter
    public void setStateDirectory(@CheckForNull String stateDirectory) {
        this.stateDirectory = Util.fixEmptyAndTrim(stateDirectory);
    }

    @CheckForNull
    public List<String> getJobs() {
        return jobs;
    }

    /** @param jobs full names of jobs and of folders, whose builds alone act on it from then on; null for all */
    @DataBoundSetter
    public void setJobs(@CheckForNull List<String> jobs) {
        this.jobs = Lines.of(jobs);
    }

    /** For the form. */
    public String getJobsText() {
        return Lines.join(jobs);
    }

    /** Whether it is for certain jobs only. */
    public boolean isReserved() {
        return jobs != null;
    }

    /** Whether builds of this job may act on it. */
    public boolean isFor(String jobName) {
        return jobs == null
                || jobs.stream()
                        .map(String::trim)
                        .anyMatch(name -> jobName.equals(name) || jobName.startsWith(name + "/"));
    }

    /** @return whether it is for that job, or for a job or a folder in it */
    boolean jobRenamed(String oldName, String newName) {
        if (jobs == null) {
            return false;
        }
        List<String> renamed = new ArrayList<>(jobs);
        renamed.replaceAll(name -> {
            String trimmed = name.trim();
            boolean moves = trimmed.equals(oldName) || trimmed.startsWith(oldName + "/");
            return moves ? newName + trimmed.substring(oldName.length()) : name;
        });
        boolean changes = !renamed.equals(jobs);
        jobs = renamed;
        return changes;
    }

    public List<CredentialVariable> getCredentials() {
        return List.copyOf(credentials);
    }

    @DataBoundSetter
    public void setCredentials(@CheckForNull List<CredentialVariable> credentials) {
        this.credentials = new ArrayList<>(Util.fixNull(credentials));
    }

    /**
     * The secrets of this environment by the names of their variables, as they are now.
     *
     * @param problems gets a sentence for each whose credentials are not there
     */
    public Map<String, String> secrets(Consumer<String> problems) {
        Map<String, String> secrets = new TreeMap<>();
        for (CredentialVariable each : credentials) {
            each.secret()
                    .ifPresentOrElse(
                            secret -> secrets.put(each.getVariable(), secret.getPlainText()),
                            () -> problems.accept(Messages.ConfiguredEnvironment_NoCredentials(
                                    each.getCredentialsId(), each.getVariable(), service + "/" + environment)));
        }
        return secrets;
    }

    boolean isOf(@CheckForNull String aService, String anEnvironment) {
        return service.equals(aService) && environment.equals(anEnvironment);
    }

    @Extension
    @Symbol("environment")
    public static final class DescriptorImpl extends Descriptor<ConfiguredEnvironment> {
        @Override
        @NonNull
        public String getDisplayName() {
            return Messages.ConfiguredEnvironment_DisplayName();
        }

        @POST
        @Restricted(NoExternalUse.class) // Stapler
        public FormValidation doCheckService(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return Validation.name(value);
        }

        @POST
        @Restricted(NoExternalUse.class) // Stapler
        public FormValidation doCheckEnvironment(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return Validation.name(value);
        }

        @POST
        @Restricted(NoExternalUse.class) // Stapler
        public FormValidation doCheckStateDirectory(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return Validation.absolutePath(value);
        }
    }
}
