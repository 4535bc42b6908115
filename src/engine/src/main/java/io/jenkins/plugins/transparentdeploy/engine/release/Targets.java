package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.journal.Reversibility;
import io.jenkins.plugins.transparentdeploy.engine.service.InstanceDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.TargetDefinition;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.target.DirectoryTarget;
import io.jenkins.plugins.transparentdeploy.engine.target.Reach;
import io.jenkins.plugins.transparentdeploy.engine.target.ReleasesTarget;
import io.jenkins.plugins.transparentdeploy.engine.target.StoreLocation;
import io.jenkins.plugins.transparentdeploy.engine.target.Target;
import io.jenkins.plugins.transparentdeploy.engine.target.ansible.AnsibleSettings;
import io.jenkins.plugins.transparentdeploy.engine.target.ansible.AnsibleTarget;
import io.jenkins.plugins.transparentdeploy.engine.target.ansible.PlaybookDirectory;
import io.jenkins.plugins.transparentdeploy.engine.target.command.CommandTarget;
import io.jenkins.plugins.transparentdeploy.engine.target.command.TargetCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Makes targets of what a service file says, and knows where their objects are. */
final class Targets {
    private static final String MEMORY = "target.json";
    private static final String PID = "command.pid";

    private Targets() {}

    /** Where the store of a target is, which need not exist yet. */
    static Path store(StateDirectory state, TargetDefinition target) throws IOException {
        return target.holdsFiles()
                ? StoreLocation.forTarget(state.root(), target.root())
                : state.root().resolve("store");
    }

    /** What releases to a target change and remove; empty where they are no files. @param root where it is, by whatever path */
    static Optional<Reach> reach(TargetDefinition target, Path root) {
        if (!target.holdsFiles()) {
            return Optional.empty();
        }
        return Optional.of(
                target instanceof TargetDefinition.Releases
                        ? Reach.ofReleases(root)
                        : Reach.ofDirectory(root, target.managed()));
    }

    /** @param environment used once commands are run, not before */
    static Target open(InstanceDefinition instance, SnapshotStore store, ManagedEnvironment environment, Path memory) {
        TargetDefinition definition = instance.target();
        if (definition instanceof TargetDefinition.InPlace inPlace) {
            return new DirectoryTarget(inPlace.root(), inPlace.managed(), store);
        }
        if (definition instanceof TargetDefinition.Releases releases) {
            return new ReleasesTarget(releases.root(), releases.managed(), store, releases.keep());
        }
        if (definition instanceof TargetDefinition.Ansible ansible) {
            return new AnsibleTarget(
                    instance.name(),
                    settings(ansible),
                    new PlaybookDirectory(ansible.directory()),
                    store,
                    new TargetCommands(environment, instance.name(), memory.resolve(PID)),
                    memory.resolve(MEMORY),
                    environment::played,
                    environment::captured);
        }
        TargetDefinition.Commands commands = (TargetDefinition.Commands) definition;
        return new CommandTarget(
                commands.root(),
                commands(commands),
                store,
                new TargetCommands(environment, instance.name(), memory.resolve(PID)),
                memory.resolve(MEMORY));
    }

    private static AnsibleSettings settings(TargetDefinition.Ansible ansible) {
        return new AnsibleSettings(
                1,
                inside(ansible, ansible.playbook()),
                ansible.inventory().map(path -> inside(ansible, path)),
                ansible.rollback().map(path -> inside(ansible, path)),
                ansible.capture().map(path -> inside(ansible, path)),
                ansible.captureFiles(),
                ansible.captureFacts(),
                ansible.variables(),
                ansible.check(),
                ansible.drift(),
                ansible.limit(),
                ansible.become(),
                ansible.user(),
                ansible.privateKeyFile().map(Path::toString),
                ansible.vaultPasswordFile().map(Path::toString),
                ansible.vaultPasswordVariable(),
                ansible.timeout(),
                ansible.environment(),
                ansible.environmentFile().map(Path::toString));
    }

    private static String inside(TargetDefinition.Ansible ansible, Path path) {
        return ansible.directory().relativize(path).toString();
    }

    private static CommandTarget.Commands commands(TargetDefinition.Commands commands) {
        return new CommandTarget.Commands(
                command(commands, commands.apply()),
                commands.capture().map(command -> command(commands, command)),
                commands.restore().map(command -> command(commands, command)),
                commands.verify().map(command -> command(commands, command)),
                reversibility(commands.reversal()));
    }

    private static TargetCommand command(TargetDefinition.Commands commands, TargetDefinition.Timed command) {
        return new TargetCommand(
                command.command(),
                commands.environment(),
                commands.environmentFile(),
                commands.root(),
                command.timeout());
    }

    private static Reversibility reversibility(TargetDefinition.Reversal reversal) {
        return switch (reversal) {
            case REVERSIBLE -> Reversibility.REVERSIBLE;
            case COMPENSABLE -> Reversibility.COMPENSABLE;
            case ONE_WAY -> Reversibility.ONE_WAY;
        };
    }

    /** What a release does to a target that a person has to know of beforehand. */
    static Optional<PlannedHook> pointOfNoReturn(TargetDefinition target) {
        return target instanceof TargetDefinition.Commands commands
                        && commands.reversal() == TargetDefinition.Reversal.ONE_WAY
                ? Optional.of(new PlannedHook("target/apply", Reversibility.ONE_WAY))
                : Optional.empty();
    }
}
