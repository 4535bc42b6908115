package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Descriptor;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** The commands around a release and a rollback, by when they run. */
public class Hooks extends Setting<Hooks> {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private List<Hook> beforeDeploy;

    @CheckForNull
    private List<Hook> beforeTraffic;

    @CheckForNull
    private List<Hook> afterDeploy;

    @CheckForNull
    private List<Hook> beforeRollback;

    @CheckForNull
    private List<Hook> afterRollback;

    @DataBoundConstructor
    public Hooks() {}

    @CheckForNull
    public List<Hook> getBeforeDeploy() {
        return beforeDeploy;
    }

    @DataBoundSetter
    public void setBeforeDeploy(@CheckForNull List<Hook> beforeDeploy) {
        this.beforeDeploy = orNull(beforeDeploy);
    }

    @CheckForNull
    public List<Hook> getBeforeTraffic() {
        return beforeTraffic;
    }

    @DataBoundSetter
    public void setBeforeTraffic(@CheckForNull List<Hook> beforeTraffic) {
        this.beforeTraffic = orNull(beforeTraffic);
    }

    @CheckForNull
    public List<Hook> getAfterDeploy() {
        return afterDeploy;
    }

    @DataBoundSetter
    public void setAfterDeploy(@CheckForNull List<Hook> afterDeploy) {
        this.afterDeploy = orNull(afterDeploy);
    }

    @CheckForNull
    public List<Hook> getBeforeRollback() {
        return beforeRollback;
    }

    @DataBoundSetter
    public void setBeforeRollback(@CheckForNull List<Hook> beforeRollback) {
        this.beforeRollback = orNull(beforeRollback);
    }

    @CheckForNull
    public List<Hook> getAfterRollback() {
        return afterRollback;
    }

    @DataBoundSetter
    public void setAfterRollback(@CheckForNull List<Hook> afterRollback) {
        this.afterRollback = orNull(afterRollback);
    }

    @CheckForNull
    private static List<Hook> orNull(@CheckForNull List<Hook> hooks) {
        return hooks == null || hooks.isEmpty() ? null : new ArrayList<>(hooks);
    }

    @Override
    public Object toServiceFile() {
        return new Properties()
                .withAll("beforeDeploy", beforeDeploy)
                .withAll("beforeTraffic", beforeTraffic)
                .withAll("afterDeploy", afterDeploy)
                .withAll("beforeRollback", beforeRollback)
                .withAll("afterRollback", afterRollback)
                .build();
    }

    @Extension
    @Symbol("hooks")
    public static final class DescriptorImpl extends Descriptor<Hooks> {
        @Override
        @NonNull
        public String getDisplayName() {
            return Messages.Hooks_DisplayName();
        }
    }
}
