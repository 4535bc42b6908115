package io.jenkins.plugins.transparentdeploy.engine.journal;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** One step of a release as pure data: enough to do it, and, where that is possible, to undo it. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Operation.CreateEntry.class, name = "create"),
    @JsonSubTypes.Type(value = Operation.UpdateEntry.class, name = "update"),
    @JsonSubTypes.Type(value = Operation.DeleteEntry.class, name = "delete"),
    @JsonSubTypes.Type(value = Operation.PopulateRelease.class, name = "populate-release"),
    @JsonSubTypes.Type(value = Operation.RemoveRelease.class, name = "remove-release"),
    @JsonSubTypes.Type(value = Operation.SwitchLink.class, name = "switch-link"),
    @JsonSubTypes.Type(value = Operation.PutState.class, name = "put-state"),
    @JsonSubTypes.Type(value = Operation.StartInstance.class, name = "start"),
    @JsonSubTypes.Type(value = Operation.StopInstance.class, name = "stop"),
    @JsonSubTypes.Type(value = Operation.ShiftTraffic.class, name = "shift-traffic"),
    @JsonSubTypes.Type(value = Operation.RunCommand.class, name = "command")
})
public sealed interface Operation {
    /** Name of the instance that it concerns. */
    String instance();

    Reversibility reversibility();

    /** The operation that takes this one back; empty if there is none. */
    Optional<Operation> inverse();

    /** An operation on one path of a managed tree. */
    sealed interface FileOperation extends Operation permits CreateEntry, UpdateEntry, DeleteEntry {
        /** The path, relative to the target's root. */
        String path();

        /** What stands there before; empty if nothing. */
        Optional<ManifestEntry> entryBefore();

        /** What stands there after; empty if nothing. */
        Optional<ManifestEntry> entryAfter();

        @Override
        default Reversibility reversibility() {
            return Reversibility.REVERSIBLE;
        }
    }

    /**
     * Creates an entry where nothing is.
     *
     * @param instance name of the instance
     * @param after what is to stand there
     */
    record CreateEntry(String instance, ManifestEntry after) implements FileOperation {
        public CreateEntry {
            Objects.requireNonNull(instance, "instance");
            Objects.requireNonNull(after, "after");
        }

        @Override
        public String path() {
            return after.path();
        }

        @Override
        public Optional<ManifestEntry> entryBefore() {
            return Optional.empty();
        }

        @Override
        public Optional<ManifestEntry> entryAfter() {
            return Optional.of(after);
        }

        @Override
        public Optional<Operation> inverse() {
            return Optional.of(new DeleteEntry(instance, after));
        }
    }

    /**
     * Replaces an entry, or changes its mode, time or owner.
     *
     * @param instance name of the instance
     * @param before what stands there
     * @param after what is to stand there
     */
    record UpdateEntry(String instance, ManifestEntry before, ManifestEntry after) implements FileOperation {
        /** @throws IllegalArgumentException if the two are of different paths */
        public UpdateEntry {
            Objects.requireNonNull(instance, "instance");
            if (!before.path().equals(after.path())) {
                throw new IllegalArgumentException(
                        "An update is of one path, not of " + before.path() + " and " + after.path());
            }
        }

        @Override
        public String path() {
            return after.path();
        }

        @Override
        public Optional<ManifestEntry> entryBefore() {
            return Optional.of(before);
        }

        @Override
        public Optional<ManifestEntry> entryAfter() {
            return Optional.of(after);
        }

        @Override
        public Optional<Operation> inverse() {
            return Optional.of(new UpdateEntry(instance, after, before));
        }
    }

    /**
     * Deletes an entry; a directory is empty by then.
     *
     * @param instance name of the instance
     * @param before what stands there
     */
    record DeleteEntry(String instance, ManifestEntry before) implements FileOperation {
        public DeleteEntry {
            Objects.requireNonNull(instance, "instance");
            Objects.requireNonNull(before, "before");
        }

        @Override
        public String path() {
            return before.path();
        }

        @Override
        public Optional<ManifestEntry> entryBefore() {
            return Optional.of(before);
        }

        @Override
        public Optional<ManifestEntry> entryAfter() {
            return Optional.empty();
        }

        @Override
        public Optional<Operation> inverse() {
            return Optional.of(new CreateEntry(instance, before));
        }
    }

    /**
     * Fills a new release directory.
     *
     * @param instance name of the instance
     * @param directory name of the directory
     * @param manifest id of what it is filled with
     */
    record PopulateRelease(String instance, String directory, ContentId manifest) implements Operation {
        public PopulateRelease {
            Objects.requireNonNull(instance, "instance");
            Objects.requireNonNull(directory, "directory");
            Objects.requireNonNull(manifest, "manifest");
        }

        @Override
        public Reversibility reversibility() {
            return Reversibility.REVERSIBLE;
        }

        @Override
        public Optional<Operation> inverse() {
            return Optional.of(new RemoveRelease(instance, directory, manifest));
        }
    }

    /**
     * Removes a release directory that is not live.
     *
     * @param instance name of the instance
     * @param directory name of the directory
     * @param manifest id of what it was filled with
     */
    record RemoveRelease(String instance, String directory, ContentId manifest) implements Operation {
        public RemoveRelease {
            Objects.requireNonNull(instance, "instance");
            Objects.requireNonNull(directory, "directory");
            Objects.requireNonNull(manifest, "manifest");
        }

        @Override
        public Reversibility reversibility() {
            return Reversibility.REVERSIBLE;
        }

        @Override
        public Optional<Operation> inverse() {
            return Optional.of(new PopulateRelease(instance, directory, manifest));
        }
    }

    /**
     * Switches the link that says which release is live.
     *
     * @param instance name of the instance
     * @param before what the link says; empty if there is none
     * @param after what it is to say; empty if there is to be none
     */
    record SwitchLink(String instance, Optional<String> before, Optional<String> after) implements Operation {
        public SwitchLink {
            Objects.requireNonNull(instance, "instance");
            Objects.requireNonNull(before, "before");
            Objects.requireNonNull(after, "after");
        }

        @Override
        public Reversibility reversibility() {
            return Reversibility.REVERSIBLE;
        }

        @Override
        public Optional<Operation> inverse() {
            return Optional.of(new SwitchLink(instance, after, before));
        }
    }

    /**
     * Has a host make a state live; the host's own journal has the single operations.
     *
     * @param instance name of the instance
     * @param before id of the manifest of what is live
     * @param after id of the manifest of what is to be
     */
    record PutState(String instance, ContentId before, ContentId after) implements Operation {
        public PutState {
            Objects.requireNonNull(instance, "instance");
            Objects.requireNonNull(before, "before");
            Objects.requireNonNull(after, "after");
        }

        @Override
        public Reversibility reversibility() {
            return Reversibility.REVERSIBLE;
        }

        @Override
        public Optional<Operation> inverse() {
            return Optional.of(new PutState(instance, after, before));
        }
    }

    /** Starts an instance. @param instance its name */
    record StartInstance(String instance) implements Operation {
        public StartInstance {
            Objects.requireNonNull(instance, "instance");
        }

        @Override
        public Reversibility reversibility() {
            return Reversibility.COMPENSABLE;
        }

        @Override
        public Optional<Operation> inverse() {
            return Optional.of(new StopInstance(instance));
        }
    }

    /** Stops an instance; starting it makes up for that. @param instance its name */
    record StopInstance(String instance) implements Operation {
        public StopInstance {
            Objects.requireNonNull(instance, "instance");
        }

        @Override
        public Reversibility reversibility() {
            return Reversibility.COMPENSABLE;
        }

        @Override
        public Optional<Operation> inverse() {
            return Optional.of(new StartInstance(instance));
        }
    }

    /**
     * Changes the share of traffic that an instance gets.
     *
     * @param instance name of the instance
     * @param weightBefore its weight, 0 for none; relative to those of the other instances
     * @param weightAfter its weight then
     */
    record ShiftTraffic(String instance, int weightBefore, int weightAfter) implements Operation {
        /** @throws IllegalArgumentException if a weight is negative */
        public ShiftTraffic {
            Objects.requireNonNull(instance, "instance");
            if (weightBefore < 0 || weightAfter < 0) {
                throw new IllegalArgumentException(
                        "A weight is not negative, as " + weightBefore + " or " + weightAfter + " is");
            }
        }

        @Override
        public Reversibility reversibility() {
            return Reversibility.REVERSIBLE;
        }

        @Override
        public Optional<Operation> inverse() {
            return Optional.of(new ShiftTraffic(instance, weightAfter, weightBefore));
        }
    }

    /**
     * Runs a command of the author's.
     *
     * @param instance name of the instance; empty for one of the whole environment
     * @param name what the author calls it
     * @param argv program and arguments, secrets already removed
     * @param inverseArgv what takes it back, secrets already removed; empty if nothing does; null becomes empty
     * @param reversibility as the author declared it
     * @param release id of the release whose description it is from; empty if of none; null becomes empty
     * @param undo whether this takes back what the command of that name and release did
     * @param manifest id of what is live once it has ended well, for a command of a target; empty for any other; null becomes
     *     empty
     */
    record RunCommand(
            String instance,
            String name,
            List<String> argv,
            List<String> inverseArgv,
            Reversibility reversibility,
            Optional<String> release,
            boolean undo,
            Optional<ContentId> manifest)
            implements Operation {
        /** @throws IllegalArgumentException if there is no program to run, or a one-way command has an inverse */
        public RunCommand {
            Objects.requireNonNull(instance, "instance");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(reversibility, "reversibility");
            argv = List.copyOf(argv);
            inverseArgv = inverseArgv == null ? List.of() : List.copyOf(inverseArgv);
            release = release == null ? Optional.empty() : release;
            manifest = manifest == null ? Optional.empty() : manifest;
            if (argv.isEmpty()) {
                throw new IllegalArgumentException("The command '" + name + "' has no program to run");
            }
            if (reversibility == Reversibility.ONE_WAY && !inverseArgv.isEmpty()) {
                throw new IllegalArgumentException("The command '" + name + "' is one-way but has an inverse");
            }
        }

        /** One that belongs to no release's description. */
        public RunCommand(
                String instance,
                String name,
                List<String> argv,
                List<String> inverseArgv,
                Reversibility reversibility) {
            this(instance, name, argv, inverseArgv, reversibility, Optional.empty(), false, Optional.empty());
        }

        /** Whether going back has to do something about it, or cannot. */
        boolean leavesSomething() {
            return reversibility == Reversibility.ONE_WAY || !inverseArgv.isEmpty();
        }

        @Override
        public Optional<Operation> inverse() {
            return inverseArgv.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new RunCommand(
                            instance, name, inverseArgv, argv, reversibility, release, !undo, Optional.empty()));
        }
    }
}
