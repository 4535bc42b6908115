package io.jenkins.plugins.transparentdeploy.steps;

import com.fasterxml.jackson.databind.JsonNode;
import hudson.console.HyperlinkNote;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.checks.api.ChecksConclusion;
import io.jenkins.plugins.checks.api.ChecksDetails;
import io.jenkins.plugins.checks.api.ChecksDetails.ChecksDetailsBuilder;
import io.jenkins.plugins.checks.api.ChecksOutput.ChecksOutputBuilder;
import io.jenkins.plugins.checks.api.ChecksPublisherFactory;
import io.jenkins.plugins.checks.api.ChecksStatus;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import io.jenkins.plugins.transparentdeploy.records.HistoryEntry;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseNotes;
import java.io.IOException;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Tells what became of a release where people look: the build's description and variables, a link in its log, and a
 * check on its commit where something shows those. Idempotent, and not on the CPS thread.
 */
final class Announcement {
    private static final Logger LOGGER = Logger.getLogger(Announcement.class.getName());

    private final Run<?, ?> run;
    private final TaskListener listener;

    Announcement(Run<?, ?> run, TaskListener listener) {
        this.run = run;
        this.listener = listener;
    }

    void make(RunResult result) {
        Optional<JsonNode> release = result.release();
        if (release.isEmpty()) {
            return;
        }
        String service = release.get().path("service").asText();
        String environment = release.get().path("environment").asText();
        String name = service + "/" + environment;
        String id = release.get().path("id").asText();
        String previous = previousVersion(service, environment, release.get());
        String page = run.getUrl() + "release/";
        ReleaseNotes notes = ReleaseNotes.of(run);
        if (!notes.areOf(id)) {
            String link = HyperlinkNote.encodeTo("/" + page, Messages.Announcement_Link(id));
            listener.getLogger().println("[" + name + "] " + link);
        }
        try {
            notes.update(run, id, previous, name + ": " + result.message());
        } catch (IOException e) {
            // What was released is no worse for it.
            listener.error("%s", Messages.Announcement_NotSaved(e.getMessage()));
            LOGGER.log(Level.WARNING, e, () -> "The description of " + run + " could not be saved");
        }
        check(name, page, release.get(), result.message());
    }

    private static String previousVersion(String service, String environment, JsonNode release) {
        return ReleaseHistory.of(service, environment)
                .find(release.path("parent").textValue())
                .map(HistoryEntry::getVersion)
                .orElse(null);
    }

    /** Whoever shows checks may be out of reach, which is no reason to fail a release. */
    private void check(String name, String page, JsonNode release, String message) {
        ChecksDetailsBuilder details = new ChecksDetailsBuilder()
                .withName(Messages.Announcement_Check(name))
                .withOutput(new ChecksOutputBuilder()
                        .withTitle(message)
                        .withSummary(message)
                        .build());
        String root = Jenkins.get().getRootUrl();
        if (root != null) {
            details.withDetailsURL(root + page);
        }
        try {
            // Without a listener of its own: that nothing shows checks is not worth a line in the log.
            ChecksPublisherFactory.fromRun(run, TaskListener.NULL).publish(concluded(details, release));
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "The check of " + run + " could not be published", e);
        }
    }

    private static ChecksDetails concluded(ChecksDetailsBuilder details, JsonNode release) {
        JsonNode states = release.path("states");
        boolean wanted = release.path("kind").asText().equals("ROLLBACK");
        return switch (states.path(states.size() - 1).path("state").asText()) {
            case "SUCCEEDED" -> concluded(details, ChecksConclusion.SUCCESS);
            case "ROLLED_BACK" -> concluded(details, wanted ? ChecksConclusion.SUCCESS : ChecksConclusion.FAILURE);
            case "ROLLBACK_FAILED" -> concluded(details, ChecksConclusion.FAILURE);
            case "ABANDONED" -> concluded(details, ChecksConclusion.CANCELED);
            default -> details.withStatus(ChecksStatus.IN_PROGRESS).build();
        };
    }

    private static ChecksDetails concluded(ChecksDetailsBuilder details, ChecksConclusion conclusion) {
        return details.withStatus(ChecksStatus.COMPLETED)
                .withConclusion(conclusion)
                .build();
    }
}
