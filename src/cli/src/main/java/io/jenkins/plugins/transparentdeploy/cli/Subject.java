package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseKind;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import java.io.IOException;
import java.util.Optional;

/**
 * The one release that a request is about: whoever decides about that does not decide about another one that has taken its place
 * meanwhile.
 */
final class Subject {
    private final Request request;

    Subject(Request request) {
        this.request = request;
    }

    /** @throws RefusedException if it is named, and is not what would be acted on */
    void require(ReleaseHistory history) throws IOException {
        if (request.about() == null) {
            return;
        }
        boolean back = request.command() == Request.Verb.rollback;
        Optional<ReleaseRecord> undecided = history.unfinished();
        Optional<ReleaseRecord> there = back ? history.live() : undecided;
        if (there.filter(this::isMeant).isEmpty()) {
            throw refused((back ? " is not live any more" : " waits for no decision any more")
                    + there.map(record -> "; " + name(record) + (back ? " is, " + by(record) : " does"))
                            .orElse(""));
        }
        if (back && undecided.isPresent()) {
            throw refused(" is not alone any more: " + name(undecided.get()) + " is being released over it");
        }
    }

    private boolean isMeant(ReleaseRecord record) {
        return record.id().toString().equals(request.about());
    }

    private static String name(ReleaseRecord record) {
        return record.version() + " (" + record.id() + ")";
    }

    /** Who is to be asked about it. */
    private static String by(ReleaseRecord record) {
        return (record.kind() == ReleaseKind.ROLLBACK ? "rolled back to by " : "released by ")
                + record.actor().who();
    }

    private RefusedException refused(String why) {
        String cure = request.command() == Request.Verb.rollback
                ? "Look at what is live now, and ask once more if it is to go back from there; nothing was changed"
                : "Look at what became of it: tdeploy history --release " + request.about() + "; nothing was changed";
        return new RefusedException("Release " + request.about() + why, cure);
    }
}
