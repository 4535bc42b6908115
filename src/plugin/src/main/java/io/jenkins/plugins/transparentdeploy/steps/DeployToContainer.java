package io.jenkins.plugins.transparentdeploy.steps;

import hudson.AbortException;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.structs.describable.DescribableParameter;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;

/**
 * {@code deploy adapters: […], war: …}: the publisher of the Deploy to container plugin, which Pipelines reached by its
 * symbol before a step of that name took precedence. It is wrapped as Pipeline itself would have: by the step that
 * takes publishers, whatever plugin that is in.
 */
final class DeployToContainer {
    private static final String SYMBOL = "deploy";
    private static final String ADAPTERS = "adapters";

    private DeployToContainer() {}

    static boolean isMeant(Map<String, Object> arguments) {
        return arguments.containsKey(ADAPTERS);
    }

    static Step step(Map<String, Object> arguments) throws Exception {
        List<StepDescriptor> wrappers = StepDescriptor.metaStepsOf(SYMBOL);
        if (wrappers.isEmpty()) {
            throw new AbortException(Messages.DeployToContainer_NotInstalled());
        }
        DescribableModel<? extends Step> wrapper =
                DescribableModel.of(wrappers.get(0).clazz.asSubclass(Step.class));
        DescribableParameter delegate = wrapper.getFirstRequiredParameter();
        if (delegate == null) {
            throw new IllegalStateException(wrapper.getType() + " takes no publisher");
        }
        return wrapper.instantiate(
                Map.of(delegate.getName(), new UninstantiatedDescribable(SYMBOL, null, arguments)), null);
    }
}
