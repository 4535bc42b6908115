package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Descriptor;
import net.sf.json.JSONObject;
import org.kohsuke.stapler.StaplerRequest2;

/** Of checks whose form has authentication behind a check box. */
public abstract class RequestCheckDescriptor extends Descriptor<CheckSetting> {
    @Override
    public CheckSetting newInstance(@CheckForNull StaplerRequest2 request, @NonNull JSONObject form)
            throws FormException {
        return super.newInstance(request, OptionalFields.prune(form, "auth", "followRedirects"));
    }
}
