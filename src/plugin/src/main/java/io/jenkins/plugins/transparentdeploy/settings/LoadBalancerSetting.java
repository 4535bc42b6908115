package io.jenkins.plugins.transparentdeploy.settings;

/** What distributes requests over the instances. */
public abstract class LoadBalancerSetting extends Setting<LoadBalancerSetting> {
    private static final long serialVersionUID = 1L;
}
