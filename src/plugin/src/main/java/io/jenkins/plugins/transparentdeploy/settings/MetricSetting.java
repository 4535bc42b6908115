package io.jenkins.plugins.transparentdeploy.settings;

/** One thing an analysis measures. */
public abstract class MetricSetting extends Setting<MetricSetting> {
    private static final long serialVersionUID = 1L;
}
