package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Descriptor;
import net.sf.json.JSONObject;
import org.kohsuke.stapler.StaplerRequest2;

/** Of what goes over HTTP and whose form has authentication behind a check box. */
public abstract class RequestDescriptor<T extends Setting<T>> extends Descriptor<T> {
    @Override
    public T newInstance(@CheckForNull StaplerRequest2 request, @NonNull JSONObject form) throws FormException {
        return super.newInstance(request, OptionalFields.prune(form, "auth", "followRedirects"));
    }
}
