package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import java.util.List;
import org.kohsuke.stapler.DataBoundSetter;

/** Commands on the host: what they find in their environment, and where they run. */
public abstract class CommandSetting<T extends CommandSetting<T>> extends Setting<T> {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private List<String> environment;

    @CheckForNull
    private String environmentFile;

    @CheckForNull
    private String directory;

    @CheckForNull
    public List<String> getEnvironment() {
        return environment;
    }

    /** @param environment lines of a name, an equals sign and a value */
    @DataBoundSetter
    public void setEnvironment(@CheckForNull List<String> environment) {
        this.environment = Lines.of(environment);
    }

    /** For the form. */
    public String getEnvironmentText() {
        return Lines.join(environment);
    }

    @CheckForNull
    public String getEnvironmentFile() {
        return environmentFile;
    }

    @DataBoundSetter
    public void setEnvironmentFile(@CheckForNull String environmentFile) {
        this.environmentFile = Util.fixEmptyAndTrim(environmentFile);
    }

    @CheckForNull
    public String getDirectory() {
        return directory;
    }

    @DataBoundSetter
    public void setDirectory(@CheckForNull String directory) {
        this.directory = Util.fixEmptyAndTrim(directory);
    }

    /** In the form of a service file. */
    protected final Properties surroundings() {
        return new Properties()
                .with("environment", Lines.toMap(environment, "="))
                .with("environmentFile", environmentFile)
                .with("directory", directory);
    }
}
