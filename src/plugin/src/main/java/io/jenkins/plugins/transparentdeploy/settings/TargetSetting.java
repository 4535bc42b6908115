package io.jenkins.plugins.transparentdeploy.settings;

/** What is deployed to. */
public abstract class TargetSetting extends Setting<TargetSetting> {
    private static final long serialVersionUID = 1L;
}
