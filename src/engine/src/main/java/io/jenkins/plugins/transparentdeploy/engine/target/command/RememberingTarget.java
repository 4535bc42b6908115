package io.jenkins.plugins.transparentdeploy.engine.target.command;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Intent;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.RunCommand;
import io.jenkins.plugins.transparentdeploy.engine.journal.Reversibility;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.target.Drift;
import io.jenkins.plugins.transparentdeploy.engine.target.StagedTree;
import io.jenkins.plugins.transparentdeploy.engine.target.Target;
import io.jenkins.plugins.transparentdeploy.engine.target.command.CommandRunner.Coming;
import io.jenkins.plugins.transparentdeploy.engine.target.command.LiveState.Known;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A target that cannot be looked at, only acted on. What is live there is what it remembers; it knows nothing from the
 * moment that an act is begun, which is durable before, until the act has ended well. Killed anywhere, the next
 * {@link #apply} acts, whatever it is to bring.
 */
public abstract class RememberingTarget implements Target {
    protected final SnapshotStore store;
    protected final CommandRunner runner;
    private final LiveStateFile file;

    /** @param memory where it keeps what it remembers; need not exist yet */
    protected RememberingTarget(SnapshotStore store, CommandRunner runner, Path memory) {
        this.store = store;
        this.runner = runner;
        this.file = new LiveStateFile(memory);
    }

    /** Something that brings a state, by a command. */
    protected interface Act {
        /** What it is called in the journal. */
        String name();

        /** The command as the journal has it, without secrets. */
        List<String> argv();

        Reversibility reversibility();

        /**
         * Does it.
         *
         * @throws RefusedException if it did nothing because it cannot
         * @throws IOException if it failed, and may have done something
         */
        void perform() throws IOException, InterruptedException;
    }

    /** What is brought to the target. */
    protected sealed interface Wanted {
        /** Nothing, as before the first release. */
        record Nothing() implements Wanted {}

        /** The content of a release. */
        record Content(Manifest manifest, Path files) implements Wanted {}

        /** A state that was captured. */
        record State(CapturedState captured, Path files) implements Wanted {}
    }

    /**
     * How something is brought.
     *
     * @param present what is in effect, or was begun last; empty if nothing is
     * @return empty if there is nothing to be done for it
     */
    protected abstract Optional<Act> act(Wanted wanted, Optional<Manifest> present, Coming coming) throws IOException;

    /**
     * Whether what is in effect as far as is remembered really is, as far as can be found out.
     *
     * @return what speaks against it; empty if nothing does
     */
    protected Optional<String> doubt(Wanted wanted) throws IOException, InterruptedException {
        return Optional.empty();
    }

    /** Whether {@link #doubt} ever finds anything. */
    protected boolean canDoubt() {
        return false;
    }

    /** Whether what is there can be written down. */
    protected abstract boolean captures();

    /** Writes down what is there, into an empty directory. */
    protected abstract void writeDown(Path directory, Optional<Manifest> live) throws IOException, InterruptedException;

    /** What was written down is in the store now. */
    protected void wroteDown(Manifest state) {
        // Who wrote it down may want to say what it was.
    }

    @Override
    public final Manifest managedPart(Manifest manifest) {
        return manifest;
    }

    @Override
    public final void requireSpace(long bytes) throws IOException {
        long free = store.freeBytes();
        if (free < bytes) {
            throw new RefusedException(
                    "The filesystem of the store %s has %d bytes free, but %d are needed"
                            .formatted(store.directory(), free, bytes),
                    "Free " + (bytes - free) + " bytes on it");
        }
    }

    @Override
    public final Manifest capture() throws IOException {
        LiveState now = file.read();
        Optional<Manifest> live = load(now.live());
        if (!captures()) {
            return live.isPresent() ? live.get() : load(now.captured()).orElse(Manifest.EMPTY);
        }
        Manifest state;
        try (StagedTree directory = StagedTree.empty(store)) {
            writeDown(directory.directory(), live);
            state = store.capture(directory.directory(), ManagedPaths.ALL).withoutOwners();
            wroteDown(state);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        Manifest captured = new CapturedState(
                        now.begun().isEmpty() ? Optional.of(live.orElse(Manifest.EMPTY)) : Optional.empty(), state)
                .manifest(store);
        file.write(now.capturing(captured));
        return captured;
    }

    @Override
    public final Delta plan(Manifest wanted) throws IOException {
        return plan(file.read(), wanted);
    }

    private Delta plan(LiveState now, Manifest wanted) throws IOException {
        if (now.is(wanted)) {
            return Delta.between(Manifest.EMPTY, Manifest.EMPTY);
        }
        boolean comparable = now.begun().isEmpty() && !CapturedState.is(wanted);
        return Delta.between(comparable ? load(now.live()).orElse(Manifest.EMPTY) : Manifest.EMPTY, wanted);
    }

    @Override
    public final Delta apply(String instance, Manifest wanted, String releaseId, Journal journal) throws IOException {
        LiveState now = file.read();
        settle(journal, releaseId, instance, now);
        Delta delta = plan(now, wanted);
        Coming coming = runner.coming(releaseId);
        // A captured state is brought back once: that may take what serves away for a while.
        boolean known = now.is(wanted) && !(coming.byHand() && !CapturedState.is(wanted) && !wanted.isEmpty());
        if (known && !canDoubt()) {
            journal.sync();
            return delta;
        }
        try (StagedTree files = StagedTree.of(wanted, store)) {
            Wanted what = wanted(wanted, files.directory());
            if (known && doubt(what).isEmpty()) {
                journal.sync();
                return delta;
            }
            Optional<Known> present =
                    now.begun().isPresent() ? Optional.of(now.begun().get().towards()) : now.live();
            Optional<Act> act = act(what, load(present), coming);
            if (act.isPresent()) {
                perform(act.get(), instance, wanted, what, releaseId, journal, now);
            }
            file.write(reached(wanted, what));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return delta;
    }

    @Override
    public List<Drift> drift(Manifest... acceptable) throws IOException {
        if (!canDoubt()) {
            return List.of();
        }
        String expected = "";
        for (Manifest manifest : acceptable) {
            try (StagedTree files = StagedTree.of(manifest, store)) {
                Optional<String> doubt = doubt(wanted(manifest, files.directory()));
                if (doubt.isEmpty()) {
                    return List.of();
                }
                expected = doubt.get();
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
        return List.of(new Drift(kind(), "what was released", expected));
    }

    private void perform(
            Act act, String instance, Manifest wanted, Wanted what, String releaseId, Journal journal, LiveState before)
            throws IOException, InterruptedException {
        store.save(wanted);
        Intent intent = journal.intend(new RunCommand(
                instance,
                act.name(),
                act.argv(),
                List.of(),
                act.reversibility(),
                Optional.of(releaseId),
                false,
                Optional.of(wanted.id())));
        file.write(before.beginning(act.name(), wanted));
        try {
            act.perform();
        } catch (RefusedException e) {
            journal.abandon(intent);
            journal.sync();
            file.write(before);
            throw e;
        }
        Optional<String> doubt = doubt(what);
        if (doubt.isPresent()) {
            throw new IOException(act.name() + " ended well, but " + doubt.get());
        }
        // First what is remembered: a done whose outcome is not known would be worse than an act that is done again.
        file.write(reached(wanted, what));
        journal.done(intent);
        journal.sync();
    }

    private LiveState reached(Manifest wanted, Wanted what) throws IOException {
        store.save(wanted);
        if (what instanceof Wanted.State state) {
            Optional<Manifest> content = state.captured().content().filter(known -> !known.isEmpty());
            if (content.isPresent()) {
                store.save(content.get());
            }
            return new LiveState(1, content.map(Known::of), Optional.of(Known.of(wanted)), Optional.empty());
        }
        return what instanceof Wanted.Nothing
                ? LiveState.NOTHING
                : new LiveState(1, Optional.of(Known.of(wanted)), Optional.empty(), Optional.empty());
    }

    @Override
    public final void settle(String instance, String releaseId, Journal journal) throws IOException {
        settle(journal, releaseId, instance, file.read());
    }

    /** What a crash left open was done if it is remembered so; otherwise nobody knows, and it stays open. */
    private static void settle(Journal journal, String releaseId, String instance, LiveState now) throws IOException {
        for (Intent intent : journal.unfinished(releaseId)) {
            boolean reached = intent.operation() instanceof RunCommand command
                    && command.instance().equals(instance)
                    && now.begun().isEmpty()
                    && command.manifest().isPresent()
                    && (command.manifest().equals(now.live().map(Known::manifest))
                            || command.manifest().equals(now.captured().map(Known::manifest)));
            if (reached) {
                journal.done(intent);
            }
        }
    }

    /** The parts of a manifest, where they stand as files. */
    protected final Wanted wanted(Manifest manifest, Path files) throws IOException {
        Optional<CapturedState> captured = CapturedState.of(manifest, store);
        if (captured.isPresent()) {
            return new Wanted.State(captured.get(), files);
        }
        return manifest.isEmpty() ? new Wanted.Nothing() : new Wanted.Content(manifest, files);
    }

    /** What is in effect; empty if nothing is, or if a command was begun since and nobody knows. */
    protected final Optional<Manifest> certain() throws IOException {
        LiveState now = file.read();
        return now.begun().isEmpty() ? load(now.live()) : Optional.empty();
    }

    /** What is in effect, as far as is remembered. */
    protected final Optional<Manifest> live() throws IOException {
        return load(file.read().live());
    }

    private Optional<Manifest> load(Optional<Known> known) throws IOException {
        return known.isPresent() ? Optional.of(store.load(known.get().manifest())) : Optional.empty();
    }

    private static InterruptedIOException interrupted(InterruptedException e) {
        InterruptedIOException interrupted = new InterruptedIOException(e.getMessage());
        interrupted.initCause(e);
        return interrupted;
    }
}
