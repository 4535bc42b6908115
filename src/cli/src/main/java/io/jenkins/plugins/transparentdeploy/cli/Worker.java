package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.FailureText;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.check.JUnitXml;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTestReport;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.notification.Courier;
import io.jenkins.plugins.transparentdeploy.engine.release.Actor;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.KeptSlot;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseArchive;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseKind;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecords;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.RollbackPoint;
import io.jenkins.plugins.transparentdeploy.engine.release.RollbackPoints;
import io.jenkins.plugins.transparentdeploy.engine.release.Scaling;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.StoreKeeper;
import io.jenkins.plugins.transparentdeploy.engine.release.TakeOver;
import io.jenkins.plugins.transparentdeploy.engine.rollback.AutoRollback;
import io.jenkins.plugins.transparentdeploy.engine.rollback.Converging;
import io.jenkins.plugins.transparentdeploy.engine.rollback.Recovery;
import io.jenkins.plugins.transparentdeploy.engine.rollback.Rollback;
import io.jenkins.plugins.transparentdeploy.engine.rollback.Trouble;
import io.jenkins.plugins.transparentdeploy.engine.scaling.ScalingRule;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.Keeping;
import io.jenkins.plugins.transparentdeploy.engine.storage.DiskFullException;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Carries out one request. What it says while it does goes to the run's events; what came of it is its result. */
final class Worker {
    /** How long a worker stays for notices that are not taken at once; the next one tries again. */
    private static final Duration DELIVERY = Duration.ofMinutes(2);

    /** What another slot may serve after. */
    private static final Set<Request.Verb> SWITCHING = EnumSet.of(
            Request.Verb.run,
            Request.Verb.deploy,
            Request.Verb.complete,
            Request.Verb.giveUp,
            Request.Verb.rollback,
            Request.Verb.recover);

    private final StateDirectory state;
    private final RunDirectory run;
    private final Request request;
    private final Subject subject;
    private final Clock clock = Clock.systemUTC();
    /** Null for what is no rollback. */
    private Preemption preemption;
    /** Null until there is anything that it could deliver. */
    private Courier courier;
    /** Empty until it is known, and where nothing is to be removed. */
    private Optional<Keeping> retention = Optional.empty();

    Worker(StateDirectory state, RunDirectory run, Request request) {
        this.state = state;
        this.run = run;
        this.request = request;
        this.subject = new Subject(request);
    }

    /** Does it, and leaves the result in the run directory. Never throws for what the request asks. */
    Result work() throws IOException {
        Result result;
        try (EventLog events = new EventLog(run)) {
            result = attempt(events);
        }
        keep(result);
        removeOldContent(result);
        deliverTheRest();
        return result;
    }

    /** Nobody waits for this, and what is left over the next release removes. */
    private void removeOldContent(Result result) {
        if (!retention.isPresent() || result.outcome() != Outcome.SUCCEEDED) {
            return;
        }
        try {
            new StoreKeeper(state, clock).pruneAsDescribed().forEach((store, report) -> {
                if (retention.get().isExceededBy(report.bytesAfter())) {
                    System.err.println("tdeploy: what cannot be removed from " + store
                            + " takes more than the quota: " + report.bytesAfter()
                            + " bytes. Raise it, or move the store to a larger disk.");
                }
            });
        } catch (IOException | RuntimeException e) {
            System.err.println("tdeploy: the content of old releases was not removed: " + e.getMessage());
        }
    }

    /** Nobody waits for this: the result is there, and the lock is free. */
    private void deliverTheRest() {
        if (courier != null) {
            try {
                courier.finish(DELIVERY);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What came of it is in the records too: a full disk must not make it seem otherwise. */
    private void keep(Result result) throws IOException {
        try {
            run.ended(result);
        } catch (DiskFullException e) {
            System.err.println("The result could not be kept: " + e.getMessage());
            System.err.println(result.message());
        }
    }

    private Result attempt(EventLog events) {
        try {
            if (request.packRecipient() != null) {
                ReleaseArchive.requireRecipient(request.packRecipient());
            }
            if (request.takeOverFrom() != null) {
                takeOver();
            }
            EnvironmentDefinition definition = Definitions.resolve(state, request);
            retention = definition.retention();
            EnvironmentBuilder builder = new EnvironmentBuilder(definition, state, LocalHost.open(state.root()))
                    .clock(clock)
                    .takeOver(request.takeOver())
                    .alsoTelling(Receivers.ofStarter())
                    .listener(events);
            Result result;
            boolean retires;
            try (ManagedEnvironment environment = open(builder, definition)) {
                courier = Courier.start(
                        environment.outbox(), clock, warning -> System.err.println("tdeploy: " + warning));
                result = carryOut(environment);
                retires = SWITCHING.contains(request.command())
                        && KeptSlot.end(environment.history(), definition).isPresent();
            }
            if (retires) {
                retireLater(definition);
            }
            return result;
        } catch (RefusedException e) {
            return Result.refused(e);
        } catch (CorruptStateException e) {
            return Result.error(e);
        } catch (DiskFullException e) {
            return Result.error(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Result.error("interrupted");
        } catch (OutOfMemoryError e) {
            e.printStackTrace();
            return Result.error(MemoryUsedUp.explaining(e));
        } catch (IOException | RuntimeException | Error e) {
            e.printStackTrace();
            return Result.error(FailureText.of(e));
        }
    }

    private void takeOver() throws IOException {
        Request.From from = request.from();
        if (request.command() != Request.Verb.rollback || from == null || from.keyFile() == null) {
            throw new RefusedException(
                    "To take the place of the host " + request.takeOverFrom()
                            + ", its records and their key are needed",
                    "Ask for a rollback to the release of the records, and name both");
        }
        new TakeOver(state, new ReleaseRecords(Path.of(from.records())))
                .from(request.takeOverFrom(), ReleaseRecords.packKey(Path.of(from.keyFile())), request.actor(), clock);
    }

    /** What was released is well, whether or not the slot before it is stopped in time. */
    private void retireLater(EnvironmentDefinition definition) {
        try {
            new Launcher(state).retireLater(run, definition);
        } catch (IOException | RefusedException e) {
            System.err.println("The slot that served before will not be stopped by itself: " + e.getMessage()
                    + ". 'tdeploy retire' does it.");
        }
    }

    /** While a release runs, everything but a rollback is refused. */
    private ManagedEnvironment open(EnvironmentBuilder builder, EnvironmentDefinition definition)
            throws IOException, InterruptedException {
        Holder holder =
                Holder.thisProcess(request.actor().who(), request.command().name(), clock);
        if (request.command() != Request.Verb.rollback) {
            return builder.open(holder);
        }
        preemption = new Preemption(request, state.environment(definition.service(), definition.environment()), clock);
        return preemption.open(builder, holder);
    }

    private Result carryOut(ManagedEnvironment environment) throws IOException, InterruptedException {
        subject.require(environment.history());
        AutoRollback machine = new AutoRollback(environment);
        return switch (request.command()) {
            case snapshot -> snapshot(environment);
            case smokeTest -> smokeTest(environment, machine.smokeTest());
            case deploy -> deploy(environment, machine);
            case run -> run(environment, machine);
            case complete -> released(environment, machine.complete());
            case giveUp -> released(environment, machine.giveUp(Trouble.now(reason(), clock.instant())));
            case rollback -> released(environment, rollback(environment));
            case recover -> recover(environment);
            case scale -> scale(environment);
            case converge -> converge(environment);
        };
    }

    private ReleaseRecord rollback(ManagedEnvironment environment) throws IOException {
        Destination to = request.destination();
        Optional<ReleaseRecord> broughtBack =
                environment.history().newest(1).stream().findFirst().filter(preemption::broughtBack);
        return to.isPrevious() && broughtBack.isPresent() ? broughtBack.get() : back(environment, to);
    }

    private ReleaseRecord back(ManagedEnvironment environment, Destination to) throws IOException {
        Rollback rollback = new Rollback(environment);
        return to.isRecord()
                ? rollback.toRecord(to.recordNumber(), request.release())
                : rollback.to(to.name(), request.release());
    }

    private String reason() {
        return Optional.ofNullable(request.reason())
                .orElse("given up by " + request.actor().who());
    }

    private Result deploy(ManagedEnvironment environment, AutoRollback machine) throws IOException {
        Sources.Found found = source(environment);
        return released(environment, machine.deploy(found.source(), found.request(), request.hold()));
    }

    private Result run(ManagedEnvironment environment, AutoRollback machine) throws IOException {
        Sources.Found found = source(environment);
        return released(environment, machine.run(found.source(), found.request()));
    }

    private Sources.Found source(ManagedEnvironment environment) throws IOException {
        return Sources.find(state, request, environment.definition().service());
    }

    private Result snapshot(ManagedEnvironment environment) throws IOException {
        new Recovery(environment).recover();
        environment.checkTargets(false);
        RollbackPoint point = RollbackPoints.take(environment);
        return new Result(
                Outcome.SNAPSHOT,
                "rollback point " + point.id() + " taken",
                null,
                point,
                null,
                null,
                null,
                null,
                null,
                environment.journal().head().spelling(),
                null);
    }

    private Result smokeTest(ManagedEnvironment environment, SmokeTestReport report) throws IOException {
        Optional<ReleaseRecord> held = environment.history().unfinished();
        try (OutputStream out = Files.newOutputStream(run.smokeTests())) {
            JUnitXml.write(
                    report,
                    environment.definition().service() + "."
                            + environment.definition().environment(),
                    out);
        }
        return new Result(
                report.passed() ? Outcome.PASSED : Outcome.FAILED,
                report.passed() ? "all " + report.results().size() + " checks passed" : report.firstFailure(),
                held.orElse(null),
                null,
                report,
                held.map(record -> environment.directory().release(record.id()).toString())
                        .orElse(null),
                run.smokeTests().toString(),
                null,
                null,
                environment.journal().head().spelling(),
                null);
    }

    private static Result scale(ManagedEnvironment environment) throws IOException, InterruptedException {
        ScalingRule.Decision decision = new Scaling(environment).once();
        return new Result(
                decision.changes() ? Outcome.SCALED : Outcome.NOTHING,
                (decision.changes()
                                ? "scaled from " + decision.active() + " to " + decision.desired() + " instances: "
                                : decision.active() + " instances stay: ")
                        + decision.reason(),
                null,
                null,
                null,
                null,
                null,
                decision,
                null,
                environment.journal().head().spelling(),
                null);
    }

    private Result converge(ManagedEnvironment environment) throws IOException, InterruptedException {
        Converging.Report report = new Converging(environment).converge(request.force());
        if (report.convergence().isEmpty()) {
            return released(environment, report.release());
        }
        return Result.converged(report, environment.journal().head().spelling());
    }

    private Result recover(ManagedEnvironment environment) throws IOException {
        Optional<ReleaseRecord> recovered = new Recovery(environment).recover();
        if (recovered.isPresent()) {
            return released(environment, recovered.get());
        }
        Optional<ReleaseRecord> newest =
                environment.history().newest(1).stream().findFirst();
        return newest.isPresent() ? released(environment, newest.get()) : Result.nothing("nothing was interrupted");
    }

    private Result released(ManagedEnvironment environment, ReleaseRecord record) throws IOException {
        Path directory = archived(environment, record);
        return new Result(
                outcome(record),
                new Sentence(environment.history(), record).text(),
                record,
                null,
                record.smokeTest().orElse(null),
                directory.toString(),
                null,
                null,
                null,
                environment.journal().head().spelling(),
                null);
    }

    /** What came of a release is so whether or not all its records can be put together, as on a disk that is full by now. */
    private Path archived(ManagedEnvironment environment, ReleaseRecord record) {
        try {
            return new ReleaseArchive(environment).complete(record, Optional.ofNullable(request.packRecipient()));
        } catch (IOException e) {
            environment.tell(
                    ReleaseEvent.Type.WARNING,
                    "the records of release " + record.id() + " that are archived are not complete: " + e.getMessage(),
                    Map.of());
            return environment.directory().release(record.id());
        }
    }

    private Outcome outcome(ReleaseRecord record) {
        if (record.kind() == ReleaseKind.ROLLBACK && record.state() == ReleaseState.ROLLED_BACK) {
            return Outcome.RESTORED;
        }
        // Somebody who asked for the way back got what they wanted.
        if (request.command() == Request.Verb.rollback
                && (record.state() == ReleaseState.ROLLED_BACK || record.state() == ReleaseState.ABANDONED)) {
            return Outcome.RESTORED;
        }
        return switch (record.state()) {
            case SUCCEEDED -> Outcome.SUCCEEDED;
            case ROLLED_BACK, ABANDONED -> Outcome.ROLLED_BACK;
            case ROLLBACK_FAILED -> Outcome.ROLLBACK_FAILED;
            default -> Outcome.HELD;
        };
    }

    static Actor defaultActor() {
        return new Actor(System.getProperty("user.name", "unknown"), "tdeploy", Optional.empty());
    }
}
