package io.jenkins.plugins.transparentdeploy.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.Util;
import io.jenkins.plugins.transparentdeploy.agent.HostKey;
import io.jenkins.plugins.transparentdeploy.settings.CheckSetting;
import io.jenkins.plugins.transparentdeploy.settings.FleetLimits;
import io.jenkins.plugins.transparentdeploy.settings.Instance;
import io.jenkins.plugins.transparentdeploy.settings.Lines;
import io.jenkins.plugins.transparentdeploy.settings.LoadBalancerSetting;
import io.jenkins.plugins.transparentdeploy.settings.NamedHost;
import io.jenkins.plugins.transparentdeploy.settings.Properties;
import io.jenkins.plugins.transparentdeploy.settings.ScalingSetting;
import io.jenkins.plugins.transparentdeploy.settings.ServiceProcess;
import io.jenkins.plugins.transparentdeploy.settings.Ssh;
import io.jenkins.plugins.transparentdeploy.settings.StrategySetting;
import io.jenkins.plugins.transparentdeploy.settings.TargetSetting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kohsuke.stapler.DataBoundSetter;

/** A step that may say itself what a service file says of an environment: where it is, and how it runs and changes. */
public abstract class EnvironmentStep extends ContentStep {
    @CheckForNull
    private TargetSetting target;

    @CheckForNull
    private StrategySetting strategy;

    @CheckForNull
    private LoadBalancerSetting loadBalancer;

    @CheckForNull
    private List<String> hosts;

    @CheckForNull
    private String hostLabel;

    @CheckForNull
    private Ssh ssh;

    @CheckForNull
    private FleetLimits fleet;

    @CheckForNull
    private List<Instance> instances;

    @CheckForNull
    private ServiceProcess process;

    @CheckForNull
    private List<String> reloadCommand;

    @CheckForNull
    private CheckSetting readyCheck;

    @CheckForNull
    private Integer readySuccesses;

    @CheckForNull
    private String readyAttemptTimeout;

    @CheckForNull
    private List<CheckSetting> smokeChecks;

    @CheckForNull
    private String drain;

    @CheckForNull
    private ScalingSetting scaling;

    @CheckForNull
    public TargetSetting getTarget() {
        return target;
    }

    @DataBoundSetter
    public void setTarget(@CheckForNull TargetSetting target) {
        this.target = target;
    }

    @CheckForNull
    public StrategySetting getStrategy() {
        return strategy;
    }

    @DataBoundSetter
    public void setStrategy(@CheckForNull StrategySetting strategy) {
        this.strategy = strategy;
    }

    @CheckForNull
    public LoadBalancerSetting getLoadBalancer() {
        return loadBalancer;
    }

    @DataBoundSetter
    public void setLoadBalancer(@CheckForNull LoadBalancerSetting loadBalancer) {
        this.loadBalancer = loadBalancer;
    }

    @CheckForNull
    public List<String> getHosts() {
        return hosts;
    }

    /** @param hosts names, each an address or followed by one, as in {@code web1: shop@10.0.0.11:2222} */
    @DataBoundSetter
    public void setHosts(@CheckForNull List<String> hosts) {
        this.hosts = Lines.of(hosts);
    }

    /** For the form. */
    public String getHostsText() {
        return Lines.join(hosts);
    }

    @CheckForNull
    public String getHostLabel() {
        return hostLabel;
    }

    /** @param hostLabel instead of hosts: all agents with this label, or label expression, each by its name */
    @DataBoundSetter
    public void setHostLabel(@CheckForNull String hostLabel) {
        this.hostLabel = Util.fixEmptyAndTrim(hostLabel);
    }

    /** By name, each with its address if it has one, in their order. */
    private Map<String, Object> hostsByName() throws AbortException {
        if (hostLabel == null) {
            return NamedHost.toServiceFile(hosts == null ? List.of() : hosts);
        }
        if (hosts != null) {
            throw new AbortException(Messages.EnvironmentStep_HostsTwice());
        }
        return NamedHost.toServiceFile(LabelledAgents.names(hostLabel));
    }

    @CheckForNull
    public Ssh getSsh() {
        return ssh;
    }

    @DataBoundSetter
    public void setSsh(@CheckForNull Ssh ssh) {
        this.ssh = ssh;
    }

    @CheckForNull
    public FleetLimits getFleet() {
        return fleet;
    }

    @DataBoundSetter
    public void setFleet(@CheckForNull FleetLimits fleet) {
        this.fleet = fleet;
    }

    @CheckForNull
    public List<Instance> getInstances() {
        return instances;
    }

    @DataBoundSetter
    public void setInstances(@CheckForNull List<Instance> instances) {
        this.instances = instances == null || instances.isEmpty() ? null : instances;
    }

    @CheckForNull
    public ServiceProcess getProcess() {
        return process;
    }

    @DataBoundSetter
    public void setProcess(@CheckForNull ServiceProcess process) {
        this.process = process;
    }

    @CheckForNull
    public List<String> getReloadCommand() {
        return reloadCommand;
    }

    /** Short for {@code process(reload: [...])}. */
    @DataBoundSetter
    public void setReloadCommand(@CheckForNull List<String> reloadCommand) {
        this.reloadCommand = Lines.of(reloadCommand);
    }

    /** For the form. */
    public String getReloadCommandText() {
        return Lines.join(reloadCommand);
    }

    @CheckForNull
    private ServiceProcess reload() {
        if (reloadCommand == null) {
            return null;
        }
        ServiceProcess reloading = new ServiceProcess();
        reloading.setReload(reloadCommand);
        return reloading;
    }

    @CheckForNull
    public CheckSetting getReadyCheck() {
        return readyCheck;
    }

    @DataBoundSetter
    public void setReadyCheck(@CheckForNull CheckSetting readyCheck) {
        this.readyCheck = readyCheck;
    }

    @CheckForNull
    public Integer getReadySuccesses() {
        return readySuccesses;
    }

    /** @param readySuccesses how many times in a row the ready check must pass */
    @DataBoundSetter
    public void setReadySuccesses(@CheckForNull Integer readySuccesses) {
        this.readySuccesses = readySuccesses;
    }

    @CheckForNull
    public String getReadyAttemptTimeout() {
        return readyAttemptTimeout;
    }

    @DataBoundSetter
    public void setReadyAttemptTimeout(@CheckForNull String readyAttemptTimeout) {
        this.readyAttemptTimeout = Util.fixEmptyAndTrim(readyAttemptTimeout);
    }

    private Map<String, Object> ready() throws AbortException {
        if (readyCheck == null && (readySuccesses != null || readyAttemptTimeout != null)) {
            throw new AbortException(Messages.EnvironmentStep_NoReadyCheck());
        }
        return readyCheck == null
                ? Map.of()
                : readyCheck
                        .asked()
                        .with("successes", readySuccesses)
                        .with("attemptTimeout", readyAttemptTimeout)
                        .build();
    }

    @CheckForNull
    public List<CheckSetting> getSmokeChecks() {
        return smokeChecks;
    }

    /** The checks of the smoke test, for what is asked before requests come, and after a rollback. */
    @DataBoundSetter
    public void setSmokeChecks(@CheckForNull List<CheckSetting> smokeChecks) {
        this.smokeChecks = smokeChecks == null || smokeChecks.isEmpty() ? null : smokeChecks;
    }

    @CheckForNull
    public String getDrain() {
        return drain;
    }

    @DataBoundSetter
    public void setDrain(@CheckForNull String drain) {
        this.drain = Util.fixEmptyAndTrim(drain);
    }

    @CheckForNull
    public ScalingSetting getScaling() {
        return scaling;
    }

    @DataBoundSetter
    public void setScaling(@CheckForNull ScalingSetting scaling) {
        this.scaling = scaling;
    }

    /** The SSH key that was named by its credentials; null if none was. */
    @CheckForNull
    final HostKey hostKey(String jobName) {
        String credentialsId = ssh == null ? null : ssh.getCredentialsId();
        return credentialsId == null ? null : new HostKey(credentialsId, jobName, ssh.getUser());
    }

    /** What was said, in the form of a service file. */
    final Properties described() throws AbortException {
        if (ssh != null) {
            ssh.requireOneKey();
        }
        Map<String, Object> byName = new LinkedHashMap<>();
        if (instances != null) {
            instances.forEach(instance -> byName.put(instance.getName(), instance.toServiceFile()));
        }
        return new Properties()
                .with("hosts", hostsByName())
                .with("ssh", ssh)
                .with("fleet", fleet)
                .with("target", target)
                .with("instances", byName)
                .with("process", process == null ? reload() : process)
                .with("ready", ready())
                .with("drain", drain)
                .with("loadBalancer", loadBalancer)
                .with("strategy", strategy)
                .with(
                        "smokeTest",
                        new Properties().withAll("checks", smokeChecks).build())
                .with("scaling", scaling);
    }
}
