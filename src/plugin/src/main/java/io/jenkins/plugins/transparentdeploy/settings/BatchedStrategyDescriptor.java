package io.jenkins.plugins.transparentdeploy.settings;

import hudson.model.Descriptor;
import java.util.Map;
import java.util.TreeMap;
import org.jenkinsci.plugins.structs.describable.CustomDescribableModel;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;

/** Lets a Jenkinsfile give a batch as a number, although a form has a text for it. */
public abstract class BatchedStrategyDescriptor extends Descriptor<StrategySetting> implements CustomDescribableModel {
    private static final String BATCH = "batch";

    @Override
    public Map<String, Object> customInstantiate(Map<String, Object> arguments) {
        Map<String, Object> adapted = new TreeMap<>(arguments);
        adapted.computeIfPresent(BATCH, (name, batch) -> batch.toString());
        return adapted;
    }

    @Override
    public UninstantiatedDescribable customUninstantiate(UninstantiatedDescribable strategy) {
        Map<String, Object> adapted = new TreeMap<>(strategy.getArguments());
        adapted.computeIfPresent(BATCH, (name, batch) -> BatchedStrategy.plain((String) batch));
        return strategy.withArguments(adapted);
    }
}
