package io.jenkins.plugins.transparentdeploy.settings;

/** How instances are brought from one release to the next. */
public abstract class StrategySetting extends Setting<StrategySetting> {
    private static final long serialVersionUID = 1L;
}
