package io.jenkins.plugins.transparentdeploy.settings;

/** One question to a running service. */
public abstract class CheckSetting extends Setting<CheckSetting> {
    private static final long serialVersionUID = 1L;
}
