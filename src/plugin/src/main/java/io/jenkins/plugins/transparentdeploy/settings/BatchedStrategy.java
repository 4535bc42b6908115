package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import java.util.regex.Pattern;
import org.kohsuke.stapler.DataBoundSetter;

/** A strategy that changes instances in batches: {@code batch: 2}, or {@code batch: '25%'}. */
public abstract class BatchedStrategy extends StrategySetting {
    private static final long serialVersionUID = 1L;

    private static final Pattern WHOLE = Pattern.compile("\\d{1,9}");

    @CheckForNull
    private String batch;

    @CheckForNull
    public String getBatch() {
        return batch;
    }

    @DataBoundSetter
    public void setBatch(@CheckForNull String batch) {
        this.batch = Util.fixEmptyAndTrim(batch);
    }

    /** As somebody would write it: a number, unless it is a share. */
    @CheckForNull
    static Object plain(@CheckForNull String batch) {
        return batch != null && WHOLE.matcher(batch).matches() ? Integer.valueOf(batch) : batch;
    }

    /** The batch in the form of a service file. */
    protected final Properties batches() {
        return new Properties().with("batch", plain(batch));
    }
}
