package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.check.Check;
import io.jenkins.plugins.transparentdeploy.engine.check.CheckResult;
import io.jenkins.plugins.transparentdeploy.engine.check.CheckRunner;
import io.jenkins.plugins.transparentdeploy.engine.check.HostCheckRunner;
import io.jenkins.plugins.transparentdeploy.engine.check.LogMarks;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import java.util.HashMap;
import java.util.Map;

/** Asks over the network from here; the command of a check that is of an instance runs on that instance's host. */
final class InstanceChecks implements CheckRunner {
    private final CheckRunner here;
    private final Map<Check, CheckRunner> there = new HashMap<>();

    /**
     * @param described whose checks they are
     * @param marks from where on logs are counted
     */
    InstanceChecks(ManagedEnvironment environment, EnvironmentDefinition described, LogMarks marks) {
        this.here = new HostCheckRunner(environment.host(), marks);
        for (ManagedInstance instance : environment.instances()) {
            if (instance.isRemote()) {
                CheckRunner onHost = new HostCheckRunner(instance.host(), marks);
                described.checksOf(instance.name()).forEach(check -> there.put(check, onHost));
            }
        }
    }

    @Override
    public CheckResult run(Check check) throws InterruptedException {
        return there.getOrDefault(check, here).run(check);
    }
}
