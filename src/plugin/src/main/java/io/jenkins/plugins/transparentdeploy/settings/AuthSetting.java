package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.Map;

/** How a request proves who it comes from. What proves it is only referred to, and read on the host. */
public abstract class AuthSetting extends Setting<AuthSetting> {
    private static final long serialVersionUID = 1L;

    /** The reference to a secret in the form of a service file: a file on the host, or else a variable. */
    static Map<String, Object> reference(@CheckForNull String file, @CheckForNull String variable) {
        return new Properties()
                .with("file", file)
                .with("env", file == null ? variable : null)
                .build();
    }
}
