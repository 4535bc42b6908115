package io.jenkins.plugins.transparentdeploy.engine.rollback;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.release.Actor;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.Freeze;
import io.jenkins.plugins.transparentdeploy.engine.release.FreezeLog;
import io.jenkins.plugins.transparentdeploy.engine.release.InstanceState;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRequest;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.ServiceFile;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A service in a temporary directory: its target, its state directory, and artifacts to release to it. */
public final class Workshop {
    public static final Actor ALICE = new Actor("alice", "test", Optional.empty());

    private final Path root;
    private final List<ReleaseEvent> events = new CopyOnWriteArrayList<>();
    private String environment = "";
    private String name = "test";

    public Workshop(Path root) {
        this.root = root;
    }

    /** Lines of YAML for the environment; {@code @root@} stands for the workshop's directory. */
    public Workshop with(String yaml) {
        environment = yaml.replace("@root@", root.toString());
        return this;
    }

    /** The same service in another environment, from now on. */
    public Workshop named(String environmentName) {
        name = environmentName;
        return this;
    }

    public Path path(String name) {
        return root.resolve(name);
    }

    public List<ReleaseEvent> events() {
        return events;
    }

    /** Writes files below a directory; the path of each, then its content. */
    public Path write(String directory, String... pathsAndContents) throws IOException {
        for (int i = 0; i < pathsAndContents.length; i += 2) {
            Path file = root.resolve(directory).resolve(pathsAndContents[i]);
            Files.createDirectories(file.getParent());
            Files.writeString(file, pathsAndContents[i + 1]);
        }
        return root.resolve(directory);
    }

    public EnvironmentDefinition definition() {
        return ServiceFile.parse("test", "service: shop\nenvironments:\n  " + name + ":\n" + environment.indent(4))
                .environment(name, JsonNodeFactory.instance.objectNode());
    }

    public ManagedEnvironment open() throws IOException {
        return open(record -> {});
    }

    public ManagedEnvironment open(JournalObserver observer) throws IOException {
        StateDirectory state = StateDirectory.open(root.resolve("state"));
        return new EnvironmentBuilder(definition(), state, LocalHost.open(state.root()))
                .listener(events::add)
                .observer(observer)
                .open(Holder.thisProcess("alice", "test", Clock.systemUTC()));
    }

    /** The environment as somebody sees it who only looks, whoever holds its lock. */
    public ManagedEnvironment look() throws IOException {
        StateDirectory state = StateDirectory.open(root.resolve("state"));
        return new EnvironmentBuilder(definition(), state, LocalHost.open(state.root())).look();
    }

    /** Releases what is in the directory that is called as the version is. */
    public ReleaseRecord run(String version) throws IOException {
        return run(version, record -> {});
    }

    public ReleaseRecord run(String version, JournalObserver observer) throws IOException {
        try (ManagedEnvironment opened = open(observer)) {
            return new AutoRollback(opened).run(path(version), request(version));
        }
    }

    public ReleaseRecord rollback(String to) throws IOException {
        try (ManagedEnvironment opened = open()) {
            return new Rollback(opened).to(to, request(""));
        }
    }

    /** Opens the environment again after a rollback, as a person would. */
    public void unfreeze() throws IOException {
        freezes()
                .append(Freeze.by(
                        ALICE, false, "looked at it", Clock.systemUTC().instant()));
    }

    FreezeLog freezes() throws IOException {
        return new FreezeLog(StateDirectory.open(root.resolve("state")).environment("shop", name));
    }

    public static ReleaseRequest request(String version) {
        return new ReleaseRequest(version, Optional.empty(), ALICE, Optional.empty(), false);
    }

    public static ReleaseRequest forced(String version) {
        return new ReleaseRequest(version, Optional.empty(), ALICE, Optional.empty(), true);
    }

    /** The content root of each instance, as it is on disk now. */
    public Map<String, String> contentRoots() throws IOException {
        try (ManagedEnvironment opened = open()) {
            return contentRoots(opened.capture());
        }
    }

    public static Map<String, String> contentRoots(Map<String, InstanceState> states) {
        Map<String, String> roots = new LinkedHashMap<>();
        states.forEach((name, state) -> roots.put(name, state.contentRoot().toString()));
        return roots;
    }
}
