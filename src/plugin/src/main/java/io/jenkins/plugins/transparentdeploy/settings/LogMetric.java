package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import java.util.Map;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** How many lines of a log file match since the deployment began. */
public class LogMetric extends ShareMetric {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final String pattern;

    @CheckForNull
    private String name;

    @DataBoundConstructor
    public LogMetric(String file, String pattern) {
        this.file = Util.fixNull(file).trim();
        this.pattern = Util.fixNull(pattern);
    }

    public String getFile() {
        return file;
    }

    public String getPattern() {
        return pattern;
    }

    @CheckForNull
    public String getName() {
        return name;
    }

    @DataBoundSetter
    public void setName(@CheckForNull String name) {
        this.name = Util.fixEmptyAndTrim(name);
    }

    @Override
    public Object toServiceFile() {
        return Map.of(
                "log",
                bounds().with("name", name)
                        .with("file", file)
                        .with("pattern", pattern)
                        .build());
    }

    @Extension
    @Symbol("logMetric")
    public static final class DescriptorImpl extends Descriptor<MetricSetting> {
        @Override
        public String getDisplayName() {
            return Messages.LogMetric_DisplayName();
        }
    }
}
