package io.jenkins.plugins.transparentdeploy.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.kohsuke.stapler.DataBoundSetter;

/** What all steps are told: which service, in which environment, and where its definition and its state are. */
public abstract class ReleaseStep extends Step {
    @CheckForNull
    private String service;

    @CheckForNull
    private String environment;

    @CheckForNull
    private String file;

    @CheckForNull
    private String stateDirectory;

    @CheckForNull
    private String reason;

    private boolean force;

    @CheckForNull
    public String getService() {
        return service;
    }

    @DataBoundSetter
    public void setService(@CheckForNull String service) {
        this.service = Util.fixEmptyAndTrim(service);
    }

    @CheckForNull
    public String getEnvironment() {
        return environment;
    }

    @DataBoundSetter
    public void setEnvironment(@CheckForNull String environment) {
        this.environment = Util.fixEmptyAndTrim(environment);
    }

    @CheckForNull
    public String getFile() {
        return file;
    }

    @DataBoundSetter
    public void setFile(@CheckForNull String file) {
        this.file = Util.fixEmptyAndTrim(file);
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
    public String getReason() {
        return reason;
    }

    @DataBoundSetter
    public void setReason(@CheckForNull String reason) {
        this.reason = Util.fixEmptyAndTrim(reason);
    }

    public boolean isForce() {
        return force;
    }

    @DataBoundSetter
    public void setForce(boolean force) {
        this.force = force;
    }
}
