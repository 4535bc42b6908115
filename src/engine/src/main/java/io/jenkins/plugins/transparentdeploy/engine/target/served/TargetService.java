package io.jenkins.plugins.transparentdeploy.engine.target.served;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestPatch;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Parcel;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import io.jenkins.plugins.transparentdeploy.engine.storage.ProcessLock;
import io.jenkins.plugins.transparentdeploy.engine.target.DirectoryTarget;
import io.jenkins.plugins.transparentdeploy.engine.target.Reach;
import io.jenkins.plugins.transparentdeploy.engine.target.ReleasesTarget;
import io.jenkins.plugins.transparentdeploy.engine.target.StoreLocation;
import io.jenkins.plugins.transparentdeploy.engine.target.Target;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The host's side: answers the questions about one target, one after the other, until nobody asks any more. */
public final class TargetService {
    /** How long a new exchange waits for what one before has begun. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private static final long POLL_MILLIS = 50;

    private final Path state;
    private final Clock clock;
    private final Wire wire;

    private TargetService(Path state, Clock clock, Wire wire) {
        this.state = state;
        this.clock = clock;
        this.wire = wire;
    }

    /**
     * Serves until the input ends.
     *
     * @param in questions
     * @param out answers; nothing else may be written there
     * @param state the state directory of this host
     */
    public static void serve(InputStream in, OutputStream out, Path state, Clock clock)
            throws IOException, InterruptedException {
        new TargetService(state, clock, new Wire(in, out)).serve();
    }

    private void serve() throws IOException, InterruptedException {
        Question.Open open = wire.receive(Question.Open.class);
        Path directory = directory(open.place());
        try (ProcessLock lock = lock(directory, open)) {
            HostOwner owner = new HostOwner(directory, open);
            owner.refuseAnother();
            try (Session session = Session.open(this, open.place(), directory, owner)) {
                wire.send(new Answer.Done());
                answer(session);
            }
        } catch (RefusedException | CorruptStateException e) {
            wire.send(Answer.Failed.of(e));
        }
    }

    private void answer(Session session) throws IOException {
        while (true) {
            Question question;
            try {
                question = wire.receive(Question.class);
            } catch (EOFException nobodyAsksAnyMore) {
                return;
            }
            wire.send(attempt(session, question));
            if (question instanceof Question.GiveObjects give) {
                Parcel.write(wire.out(), give.objects(), session.store);
                wire.out().flush();
            }
        }
    }

    private Answer attempt(Session session, Question question) throws IOException {
        try {
            return session.answer(question, wire);
        } catch (RefusedException | CorruptStateException e) {
            // A parcel that was not read to its end leaves nothing that could be understood as a question.
            if (question instanceof Question.TakeObjects) {
                wire.send(Answer.Failed.of(e));
                throw new IOException("The parcel was not taken", e);
            }
            return Answer.Failed.of(e);
        } catch (IOException | RuntimeException e) {
            if (question instanceof Question.TakeObjects) {
                throw e;
            }
            return Answer.Failed.of(e);
        }
    }

    /** What is kept of a target beside its objects: {@code targets/} and the beginning of the hash of its root. */
    private Path directory(Place place) {
        String name =
                ContentId.of(place.root().getBytes(StandardCharsets.UTF_8)).hex();
        return state.resolve("targets").resolve(name.substring(0, 16));
    }

    private ProcessLock lock(Path directory, Question.Open open) throws IOException, InterruptedException {
        DurableFiles.createDirectories(directory);
        Holder holder = Holder.thisProcess(
                open.controllerName(), "serving " + open.place().root(), clock);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Optional<ProcessLock> lock = ProcessLock.acquireIfFree(directory.resolve("lock"), holder);
            if (lock.isPresent()) {
                return lock.get();
            }
            if (System.nanoTime() > deadline) {
                return ProcessLock.tryAcquire(directory.resolve("lock"), holder);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** A target that is open. */
    private static final class Session implements AutoCloseable {
        private final Path state;
        private final Path directory;
        private final HostOwner owner;
        private final Clock clock;
        private final SnapshotStore store;
        private final Target target;

        private Session(Path state, Path directory, HostOwner owner, Clock clock, SnapshotStore store, Target target) {
            this.state = state;
            this.directory = directory;
            this.owner = owner;
            this.clock = clock;
            this.store = store;
            this.target = target;
        }

        static Session open(TargetService service, Place place, Path directory, HostOwner owner) throws IOException {
            Path root = Path.of(place.root());
            Reach reach = place.kind() == Place.Kind.DIRECTORY
                    ? Reach.ofDirectory(root, place.managed())
                    : Reach.ofReleases(root);
            reach.refuseStateDirectory(service.state);
            SnapshotStore store = SnapshotStore.open(StoreLocation.forTarget(service.state, root));
            store.register(service.state);
            Target target = place.kind() == Place.Kind.DIRECTORY
                    ? new DirectoryTarget(root, place.managed(), store)
                    : new ReleasesTarget(root, place.managed(), store, place.keep());
            return new Session(service.state, directory, owner, service.clock, store, target);
        }

        Answer answer(Question question, Wire wire) throws IOException {
            if (question instanceof Question.Check) {
                target.check();
                return new Answer.Checked(target.warnings());
            } else if (question instanceof Question.Claim) {
                owner.claim();
                return new Answer.Done();
            } else if (question instanceof Question.Space space) {
                target.requireSpace(space.bytes());
                return new Answer.Done();
            } else if (question instanceof Question.Capture) {
                return new Answer.State(store.save(target.capture()));
            } else if (question instanceof Question.TakeManifest take) {
                store.save(take.patch().applyTo(base(take.patch().base())));
                return new Answer.Done();
            } else if (question instanceof Question.Lacking lacking) {
                return new Answer.Objects(lacking.objects().stream()
                        .filter(id -> !store.objects().contains(id))
                        .toList());
            } else if (question instanceof Question.TakeObjects take) {
                Parcel.read(wire.in(), take.objects(), store);
                return new Answer.Done();
            } else if (question instanceof Question.GiveManifest give) {
                Optional<Manifest> base = give.base().isPresent()
                                && store.objects().contains(give.base().get())
                        ? Optional.of(store.load(give.base().get()))
                        : Optional.empty();
                return new Answer.ManifestIs(ManifestPatch.between(base, store.load(give.manifest())));
            } else if (question instanceof Question.GiveObjects give) {
                for (ContentId id : give.objects()) {
                    store.objects().verify(id);
                }
                return new Answer.Objects(List.copyOf(give.objects()));
            } else if (question instanceof Question.Plan plan) {
                return new Answer.Changes(target.plan(store.load(plan.wanted())));
            } else if (question instanceof Question.Apply apply) {
                return new Answer.Changes(apply(apply));
            } else if (question instanceof Question.Drift drift) {
                List<Manifest> acceptable = new ArrayList<>();
                for (ContentId id : drift.acceptable()) {
                    acceptable.add(store.load(id));
                }
                return new Answer.Drifts(target.drift(acceptable.toArray(Manifest[]::new)));
            } else if (question instanceof Question.Prune prune) {
                return new Answer.Removed(prune(prune));
            } else if (question instanceof Question.Forget forget) {
                new HostStore(state, directory, store).forget(forget.needed());
                return new Answer.Done();
            }
            throw new RefusedException("The target is open already", "Ask something else");
        }

        private Manifest base(Optional<ContentId> id) throws IOException {
            return id.isPresent() ? store.load(id.get()) : Manifest.EMPTY;
        }

        private io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta apply(Question.Apply apply)
                throws IOException {
            owner.claim();
            Manifest wanted = store.load(apply.wanted());
            try (Journal journal = journal()) {
                journal.startSegment(apply.releaseId());
                return target.apply(apply.instance(), wanted, apply.releaseId(), journal);
            }
        }

        private List<String> prune(Question.Prune prune) throws IOException {
            if (!(target instanceof ReleasesTarget releases)) {
                return List.of();
            }
            try (Journal journal = journal()) {
                if (journal.segments().isEmpty()) {
                    return List.of();
                }
                return releases.prune(prune.instance(), prune.retained(), journal);
            }
        }

        private Journal journal() throws IOException {
            return Journal.open(directory.resolve("journal"), clock, JournalObserver.NONE);
        }

        @Override
        public void close() throws IOException {
            store.close();
        }
    }
}
