package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.JsonNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Run;
import io.jenkins.plugins.transparentdeploy.agent.HostText;
import io.jenkins.plugins.transparentdeploy.agent.Outcome;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import io.jenkins.plugins.transparentdeploy.agent.UntrueAnswerException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether what a host says can have come of what it was asked. It decides about its own services, and cannot be proved wrong
 * about them; but it is nobody to speak of another service, of another build's release, or otherwise than it did when
 * something had come to its end.
 */
final class AnswerCheck {
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
    /** After which nothing happens to a release any more. */
    private static final Set<String> ENDS = Set.of("SUCCEEDED", "ROLLED_BACK", "ABANDONED");

    private final RunRequest request;
    private final HistoryEntry answer;

    /** @param answer the record that came with the answer */
    AnswerCheck(RunRequest request, HistoryEntry answer) {
        this.request = request;
        this.answer = answer;
    }

    /**
     * @param run the build that gets the records, or null if there is none
     * @throws UntrueAnswerException if it cannot; then nothing of it is to be kept
     */
    void require(RunResult result, @CheckForNull Run<?, ?> run) throws UntrueAnswerException {
        requireAsked();
        requireDirectory(result);
        if (run != null) {
            requireOneServicePerId(run);
        }
        Optional<HistoryEntry> known =
                ReleaseHistory.of(answer.getService(), answer.getEnvironment()).find(answer.getId());
        if (known.isPresent()) {
            requireContinued(known.get());
            requireOwn(known.get(), run);
        }
        requireRestored(result);
    }

    /** Whether it was made by what asked. What gave way to a rollback, or was recovered by it, is somebody else's. */
    boolean isOwn() {
        return request.goesForward() || answer.isRollback() || isAskedForHere();
    }

    private boolean isAskedForHere() {
        JsonNode asked = request.actor();
        JsonNode made = answer.release().path("actor");
        return Stream.of("who", "via", "url")
                .allMatch(part ->
                        asked.path(part).asText("").equals(made.path(part).asText("")));
    }

    /** It is of the service that was asked about, and would not sort behind all that are still to come. */
    void requireAsked() throws UntrueAnswerException {
        String answered = answer.getService() + "/" + answer.getEnvironment();
        if (!name().equals(answered)) {
            throw new UntrueAnswerException(
                    Messages.AnswerCheck_OtherService(name(), HostText.of(answered, HostText.NAME)));
        }
        String tomorrow = ID_TIME.format(Instant.now().plus(1, ChronoUnit.DAYS));
        if (!HistoryEntry.isId(answer.getId()) || answer.getId().compareTo(tomorrow) >= 0) {
            throw new UntrueAnswerException(Messages.AnswerCheck_NoId(name(), id()));
        }
    }

    /** What is archived under the name of a release is what the host keeps under that name. */
    private void requireDirectory(RunResult result) throws UntrueAnswerException {
        String directory = result.releaseDirectory().orElse("/" + answer.getId());
        if (!directory.endsWith("/" + answer.getId())) {
            throw new UntrueAnswerException(
                    Messages.AnswerCheck_OtherDirectory(name(), id(), HostText.of(directory, HostText.NAME)));
        }
    }

    /** The artifacts of a build are kept by the ids of releases, whatever service they are of. */
    private void requireOneServicePerId(Run<?, ?> run) throws UntrueAnswerException {
        ReleaseAction releases = run.getAction(ReleaseAction.class);
        if (releases != null
                && releases.names(answer.getId())
                && releases.find(answer.getId(), answer.getService(), answer.getEnvironment())
                        .isEmpty()) {
            throw new UntrueAnswerException(Messages.AnswerCheck_IdOfAnother(name(), id(), run.getFullDisplayName()));
        }
    }

    /** What it came through stays, and what had come to its end goes on no more. */
    private void requireContinued(HistoryEntry known) throws UntrueAnswerException {
        JsonNode before = known.release().path("states");
        JsonNode now = answer.release().path("states");
        boolean continued = now.size() >= before.size();
        for (int index = 0; continued && index < before.size(); index++) {
            continued = isSame(before.path(index), now.path(index));
        }
        boolean ended = ENDS.contains(known.getState());
        if (!continued
                || ended && now.size() > before.size()
                || !known.getKind().equals(answer.getKind())
                || !known.getVersion().equals(answer.getVersion())) {
            throw new UntrueAnswerException(Messages.AnswerCheck_Rewritten(
                    name(),
                    id(),
                    known.getVersion(),
                    StateChange.textOf(known.getState()),
                    answer.getVersion(),
                    StateChange.textOf(answer.getState())));
        }
    }

    private static boolean isSame(JsonNode before, JsonNode now) {
        return before.path("state").equals(now.path("state"))
                && before.path("at").equals(now.path("at"));
    }

    /**
     * Who releases is not answered with what somebody else released. One that broke something is in everybody's way; and of one
     * that gave way to a rollback, the rollback may have told first.
     */
    private void requireOwn(HistoryEntry known, @CheckForNull Run<?, ?> run) throws UntrueAnswerException {
        boolean broken = answer.getState().equals("ROLLBACK_FAILED");
        boolean toldByAnother = known.getJobName() == null && isAskedForHere();
        if (request.goesForward() && !broken && !known.isBuiltBy(run) && !toldByAnother) {
            throw new UntrueAnswerException(Messages.AnswerCheck_OfOtherBuild(name(), id(), known.getBuildName()));
        }
    }

    /** Who asked for one release by its id got that one back, or the answer does not say that something was restored. */
    private void requireRestored(RunResult result) throws UntrueAnswerException {
        if (result.outcome() != Outcome.RESTORED) {
            return;
        }
        boolean back = ENDS.contains(answer.getState()) && !answer.getState().equals("SUCCEEDED");
        String to = request.destination();
        boolean asked = !HistoryEntry.isId(to) || answer.isRollback() && to.equals(answer.getRestores());
        if (!back || !asked) {
            throw new UntrueAnswerException(Messages.AnswerCheck_NotRestored(
                    name(),
                    to.isEmpty() ? "previous" : to,
                    answer.getKind(),
                    String.valueOf(answer.getRestores()),
                    StateChange.textOf(answer.getState())));
        }
    }

    private String name() {
        return request.service() + "/" + request.environment();
    }

    private String id() {
        return HostText.of(answer.getId(), HostText.NAME);
    }
}
