package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is deployed to. */
public sealed interface TargetDefinition {
    /** The directory that the target owns, or that its commands run in; absolute. */
    Path root();

    /** What below it is the release's, and what is the application's own. */
    ManagedPaths managed();

    /** Where the files of the live release are, for commands that run there. */
    Path live();

    /** Whether the directory belongs to this target alone, and releases are put there as files. */
    default boolean holdsFiles() {
        return true;
    }

    /** A file on the host with variables for the target's own commands. */
    default Optional<Path> environmentFile() {
        return Optional.empty();
    }

    /** A directory that is changed in place. */
    record InPlace(Path root, ManagedPaths managed) implements TargetDefinition {
        @Override
        public Path live() {
            return root;
        }
    }

    /**
     * A directory of releases behind one atomic link.
     *
     * @param keep how many releases stay on disk beside the live one
     */
    record Releases(Path root, ManagedPaths managed, int keep) implements TargetDefinition {
        @Override
        public Path live() {
            return root.resolve("current");
        }
    }

    /** A target that commands act on: its directory is only where they run. */
    sealed interface ByCommands extends TargetDefinition {
        @Override
        default ManagedPaths managed() {
            return ManagedPaths.ALL;
        }

        @Override
        default Path live() {
            return root();
        }

        @Override
        default boolean holdsFiles() {
            return false;
        }
    }

    /**
     * Commands that capture, apply and restore.
     *
     * @param root where they run
     * @param capture writes down what could be come back to; empty where going back is applying the older content
     * @param restore brings it back; there if {@code capture} is
     * @param verify says whether what is live is what it should be
     * @param reversal what can be done about {@code apply}
     * @param environment variables; never a secret
     */
    record Commands(
            Path root,
            Timed apply,
            Optional<Timed> capture,
            Optional<Timed> restore,
            Optional<Timed> verify,
            Reversal reversal,
            Map<String, String> environment,
            Optional<Path> environmentFile)
            implements ByCommands {
        public Commands {
            environment = Map.copyOf(environment);
        }
    }

    /**
     * Hosts that a playbook of Ansible's brings releases to. Paths are absolute once a service file was read from a file.
     *
     * @param directory what is kept with a release
     * @param playbook in that directory, as all that follow
     * @param captureFiles files of the hosts, absolute there
     * @param captureFacts commands for the hosts, by the name of what they find out
     * @param variables for the playbooks; never a secret
     * @param environment variables for Ansible itself; never a secret
     */
    record Ansible(
            Path directory,
            Path playbook,
            Optional<Path> inventory,
            Optional<Path> rollback,
            Optional<Path> capture,
            List<String> captureFiles,
            Map<String, List<String>> captureFacts,
            JsonNode variables,
            boolean check,
            boolean drift,
            Optional<String> limit,
            boolean become,
            Optional<String> user,
            Optional<Path> privateKeyFile,
            Optional<Path> vaultPasswordFile,
            Optional<String> vaultPasswordVariable,
            Duration timeout,
            Map<String, String> environment,
            Optional<Path> environmentFile)
            implements ByCommands {
        public Ansible {
            captureFiles = List.copyOf(captureFiles);
            captureFacts = Map.copyOf(captureFacts);
            environment = Map.copyOf(environment);
        }

        /** Of no meaning: the hosts have directories, this machine has not. */
        @Override
        public Path root() {
            return Path.of("/");
        }
    }

    /** A command, and how long it may take. */
    record Timed(List<String> command, Duration timeout) {
        public Timed {
            command = List.copyOf(command);
        }
    }

    /** What can be done about what a command did. */
    enum Reversal {
        /** What it did is taken back exactly. */
        REVERSIBLE,
        /** Something makes up for it. */
        COMPENSABLE,
        /** Nothing does: a point of no return. */
        ONE_WAY
    }
}
