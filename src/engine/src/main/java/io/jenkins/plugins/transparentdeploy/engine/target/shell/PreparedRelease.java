package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Intent;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.PopulateRelease;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.SwitchLink;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.target.ReleaseLabel;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A release that is ready on a host, in a change that was begun there: what is left to do is to give it its name and to
 * switch the link. Until then nobody notices it, and closing it takes it back.
 */
final class PreparedRelease implements Closeable {
    private final HostReleases releases;
    private final Change change;
    private final String releaseId;
    private final Manifest wanted;
    private final Delta delta;
    private final Step step;

    /** What is left to do. */
    sealed interface Step {
        /** It is live. */
        record Nothing() implements Step {}

        /** The link, which may go away. */
        record Switch(Optional<String> link) implements Step {}

        /** Another directory, and the link. @param manifest as it is in the store */
        record Populate(String name, ContentId manifest, TreeEvidence evidence) implements Step {}
    }

    /**
     * @param wanted as the host can have it
     * @param delta what differs from what was live
     */
    PreparedRelease(HostReleases releases, Change change, String releaseId, Manifest wanted, Delta delta, Step step) {
        this.releases = releases;
        this.change = change;
        this.releaseId = releaseId;
        this.wanted = wanted;
        this.delta = delta;
        this.step = step;
    }

    /** What was there when it was begun. */
    HostFacts facts() {
        return change.facts();
    }

    /** Whether it is what this release wants of the host. @param content as the host can have it */
    boolean is(String release, Manifest content) {
        return releaseId.equals(release) && wanted.equals(content);
    }

    /**
     * Makes it live.
     *
     * @return what differed
     */
    Delta apply(String instance, Journal journal) throws IOException {
        if (step instanceof Step.Populate populate) {
            populate(instance, populate, journal);
        } else if (step instanceof Step.Switch to) {
            switchTo(instance, to.link(), journal);
        }
        journal.sync();
        return delta;
    }

    private void populate(String instance, Step.Populate populate, Journal journal) throws IOException {
        String link = linkTo(populate.name());
        List<Intent> intents = journal.intend(List.of(
                new PopulateRelease(instance, populate.name(), populate.manifest()),
                new SwitchLink(instance, facts().link(), Optional.of(link))));
        change.commit(populate.name(), Json.MAPPER.writeValueAsString(ReleaseLabel.of(wanted)), Optional.of(link));
        for (Intent intent : intents) {
            journal.done(intent);
        }
        releases.learn(populate.name(), populate.evidence(), facts().dialect());
    }

    private void switchTo(String instance, Optional<String> link, Journal journal) throws IOException {
        Optional<String> before = facts().link();
        if (before.equals(link)) {
            return;
        }
        Intent intent = journal.intend(new SwitchLink(instance, before, link));
        change.commit("", "", link);
        journal.done(intent);
    }

    static String linkTo(String name) {
        return "releases/" + name;
    }

    @Override
    public void close() {
        change.close();
    }
}
