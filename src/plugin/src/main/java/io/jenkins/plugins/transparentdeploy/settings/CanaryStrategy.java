package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Gives a few instances the release, and these a growing share of the requests, before the rest gets it. */
public class CanaryStrategy extends BatchedStrategy {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private List<String> instances;

    @CheckForNull
    private List<CanaryStep> steps;

    @DataBoundConstructor
    public CanaryStrategy() {}

    @CheckForNull
    public List<String> getInstances() {
        return instances;
    }

    @DataBoundSetter
    public void setInstances(@CheckForNull List<String> instances) {
        this.instances = Lines.of(instances);
    }

    /** For the form. */
    public String getInstancesText() {
        return Lines.join(instances);
    }

    @CheckForNull
    public List<CanaryStep> getSteps() {
        return steps;
    }

    @DataBoundSetter
    public void setSteps(@CheckForNull List<CanaryStep> steps) {
        this.steps = steps == null || steps.isEmpty() ? null : steps;
    }

    @Override
    public Object toServiceFile() {
        Map<String, Object> settings =
                batches().with("instances", instances).withAll("steps", steps).build();
        return settings.isEmpty() ? "canary" : Map.of("canary", settings);
    }

    /** A step that is no more than a share is a number in a Jenkinsfile: {@code steps: [5, 20, 50]}. */
    @Extension
    @Symbol("canary")
    public static final class DescriptorImpl extends BatchedStrategyDescriptor {
        private static final String STEPS = "steps";
        private static final String WEIGHT = "weight";

        @Override
        public Map<String, Object> customInstantiate(Map<String, Object> arguments) {
            Map<String, Object> adapted = super.customInstantiate(arguments);
            adapted.computeIfPresent(STEPS, (name, steps) -> each(steps, DescriptorImpl::written));
            return adapted;
        }

        @Override
        public UninstantiatedDescribable customUninstantiate(UninstantiatedDescribable strategy) {
            UninstantiatedDescribable plain = super.customUninstantiate(strategy);
            Map<String, Object> adapted = new TreeMap<>(plain.getArguments());
            adapted.computeIfPresent(STEPS, (name, steps) -> each(steps, DescriptorImpl::shortened));
            return plain.withArguments(adapted);
        }

        private static Object each(Object steps, UnaryOperator<Object> change) {
            return steps instanceof List<?> list
                    ? list.stream().<Object>map(change).toList()
                    : steps;
        }

        private static Object written(Object step) {
            return step instanceof Integer ? Map.of(WEIGHT, step) : step;
        }

        private static Object shortened(Object step) {
            return step instanceof UninstantiatedDescribable described
                            && described.getArguments().keySet().equals(Set.of(WEIGHT))
                    ? described.getArguments().get(WEIGHT)
                    : step;
        }

        @Override
        public String getDisplayName() {
            return Messages.CanaryStrategy_DisplayName();
        }
    }
}
