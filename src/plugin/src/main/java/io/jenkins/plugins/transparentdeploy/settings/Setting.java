package io.jenkins.plugins.transparentdeploy.settings;

import hudson.model.AbstractDescribableImpl;
import java.io.Serializable;

/** Part of an environment's definition. */
public abstract class Setting<T extends Setting<T>> extends AbstractDescribableImpl<T> implements Serializable {
    private static final long serialVersionUID = 1L;

    /** In the form of a service file: maps, lists, texts, numbers. */
    public abstract Object toServiceFile();
}
