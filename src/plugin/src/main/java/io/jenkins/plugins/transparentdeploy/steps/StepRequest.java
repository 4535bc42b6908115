package io.jenkins.plugins.transparentdeploy.steps;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Run;
import io.jenkins.plugins.transparentdeploy.agent.ExactJson;
import io.jenkins.plugins.transparentdeploy.agent.HostKey;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.configuration.TransparentDeployConfiguration;
import io.jenkins.plugins.transparentdeploy.records.Actor;
import io.jenkins.plugins.transparentdeploy.records.Admission;
import io.jenkins.plugins.transparentdeploy.records.PackKey;
import io.jenkins.plugins.transparentdeploy.records.Place;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseEntry;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.settings.Ssh;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Makes requests out of a step's parameters and what it inherits from the block around it. No I/O. */
final class StepRequest {
    private static final ObjectMapper MAPPER = ExactJson.MAPPER;

    private final StepContext context;
    private final ReleaseStep step;

    @CheckForNull
    private final ReleaseScope scope;

    private StepRequest(StepContext context, ReleaseStep step, @CheckForNull ReleaseScope scope) {
        this.context = context;
        this.step = step;
        this.scope = scope;
    }

    static StepRequest of(StepContext context, ReleaseStep step) throws IOException, InterruptedException {
        return new StepRequest(context, step, context.get(ReleaseScope.class));
    }

    @CheckForNull
    ReleaseScope scope() {
        return scope;
    }

    @CheckForNull
    String service() {
        return step.getService() != null || scope == null ? step.getService() : scope.service();
    }

    String environment() throws AbortException {
        String environment =
                step.getEnvironment() != null || scope == null ? step.getEnvironment() : scope.environment();
        if (environment == null) {
            String name = step.getDescriptor().getFunctionName();
            throw new AbortException(Messages.StepRequest_NoEnvironment(name));
        }
        return environment;
    }

    /** Null if neither the step nor the block around it says. */
    @CheckForNull
    String stateDirectory() {
        return step.getStateDirectory() != null || scope == null ? step.getStateDirectory() : scope.stateDirectory();
    }

    /**
     * For a step that goes by the service's name, to where it lives: it needs no agent, so the name is all that it has.
     *
     * @throws AbortException if the build may not act on it
     */
    void requireAdmission(String service) throws IOException, InterruptedException {
        FilePath workspace = context.get(FilePath.class);
        Computer computer = workspace == null ? null : workspace.toComputer();
        Optional<String> refusal = Admission.refusal(
                context.get(Run.class).getParent(),
                context.get(FlowNode.class).getExecution().getAuthentication2(),
                service,
                environment(),
                computer == null ? null : computer.getName());
        if (refusal.isPresent()) {
            throw new AbortException(refusal.get());
        }
    }

    /**
     * A request for the node and workspace around the step, about the release that the block around it holds there: with all
     * that the Jenkinsfile said when it was deployed. If there is none, or the step names a file, as {@link #inWorkspace}.
     */
    RunRequest aboutHeldRelease(String command, Map<String, Object> overrides)
            throws IOException, InterruptedException {
        String node = computer().getName();
        Optional<ReleaseEntry> held =
                step.getFile() == null ? held().filter(release -> isOn(node, release)) : Optional.empty();
        return held.isEmpty()
                ? inWorkspace(command, overrides)
                : inWorkspace(command, overrides, held.get().getStateDirectory(), null)
                        .with("service", held.get().getService())
                        .asReleased();
    }

    /** A step that names a state directory means what is there. */
    private boolean isOn(String node, ReleaseEntry release) {
        String named = step.getStateDirectory();
        return release.getNode().equals(node) && (named == null || named.equals(release.getStateDirectory()));
    }

    /** A request for the node and workspace around the step. */
    RunRequest inWorkspace(String command, Map<String, Object> overrides) throws IOException, InterruptedException {
        String state = stateDirectory() == null
                ? TransparentDeployConfiguration.get().stateDirectoryOf(service(), environment())
                : stateDirectory();
        String file = step.getFile() != null || scope == null ? step.getFile() : scope.file();
        return inWorkspace(command, overrides, state, file);
    }

    private RunRequest inWorkspace(
            String command, Map<String, Object> overrides, @CheckForNull String state, @CheckForNull String file)
            throws IOException, InterruptedException {
        FilePath workspace = context.get(FilePath.class);
        RunRequest request = on(command, computer().getName(), state).inWorkspace(workspace.getRemote());
        if (file != null) {
            request.with("serviceFile", workspace.child(file).getRemote());
        }
        Map<String, Object> all = new LinkedHashMap<>(overrides);
        HostKey key = hostKey();
        if (key != null && !command.equals("deploy")) {
            // The service file may name another one, or none.
            all.put("ssh", Ssh.withCredentials());
        }
        return request.reachingHostsWith(key).with("overrides", all.isEmpty() ? null : all);
    }

    private Computer computer() throws IOException, InterruptedException {
        Computer computer = context.get(FilePath.class).toComputer();
        if (computer == null) {
            throw new AbortException(Messages.StepRequest_NotConnected());
        }
        return computer;
    }

    /**
     * That of what was released last of the service; null if no Jenkinsfile named one, or nobody knows the service: that of
     * a file which the step names may be another one than this block holds.
     */
    @CheckForNull
    private HostKey hostKey() throws IOException, InterruptedException {
        String service = service();
        if (service == null && step.getFile() == null) {
            service = held().map(ReleaseEntry::getService).orElse(null);
        }
        return service == null
                ? null
                : ReleaseHistory.of(service, environment())
                        .place()
                        .map(Place::hostKey)
                        .orElse(null);
    }

    /** The newest release that the block around the step holds; empty if there is none, or there are several services. */
    private Optional<ReleaseEntry> held() throws IOException, InterruptedException {
        Run<?, ?> run = context.get(Run.class);
        ReleaseAction releases = run.getAction(ReleaseAction.class);
        if (scope == null || releases == null) {
            return Optional.empty();
        }
        String environment = environment();
        List<ReleaseEntry> held = releases.heldBy(scope.id()).stream()
                .filter(release -> release.getEnvironment().equals(environment))
                .filter(release -> service() == null || release.getService().equals(service()))
                .toList();
        long services = held.stream().map(ReleaseEntry::getService).distinct().count();
        return services == 1 ? Optional.of(held.get(held.size() - 1)) : Optional.empty();
    }

    /** A request for a node by its name. */
    RunRequest on(String command, String node, @CheckForNull String stateDirectory)
            throws IOException, InterruptedException {
        Run<?, ?> run = context.get(Run.class);
        return new RunRequest(command, node, stateDirectory)
                .with("service", service())
                .with("environment", environment())
                .with("actor", Actor.of(run))
                .with("reason", step.getReason())
                .with("force", step.isForce() ? true : null)
                .with("packRecipient", PackKey.get().recipient())
                .with("packKeyId", PackKey.get().id());
    }

    static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Written by this step as JSON", e);
        }
    }

    static String print(Object settings) {
        return MAPPER.valueToTree(settings).toString();
    }
}
