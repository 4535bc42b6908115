package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.PackedRelease;
import io.jenkins.plugins.transparentdeploy.engine.release.PromotedRelease;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecords;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRequest;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseSource;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Finds what a request wants released: an artifact, or a release that has proven itself elsewhere. */
final class Sources {
    private Sources() {}

    /** What is released, with what it is called. */
    record Found(ReleaseSource source, ReleaseRequest request) {}

    /** @throws RefusedException when the request names nothing, or something that cannot be released */
    static Found find(StateDirectory state, Request request, String service) throws IOException {
        Request.From from = request.from();
        if (from == null) {
            return new Found(ReleaseSource.artifact(artifact(request)), request.release());
        }
        if (from.environment() != null) {
            PromotedRelease promoted =
                    PromotedRelease.find(state, service, from.environment(), Optional.ofNullable(from.release()));
            return new Found(promoted, named(request, promoted.record()));
        }
        if (from.keyFile() == null) {
            throw new RefusedException("The content of " + from.records() + " is encrypted", "Give its --key-file");
        }
        PackedRelease packed = PackedRelease.find(
                new ReleaseRecords(Path.of(from.records())), ReleaseRecords.packKey(Path.of(from.keyFile())), service);
        return new Found(packed, named(request, packed.record()));
    }

    /** It keeps its name and its commit, unless somebody gives it others. */
    private static ReleaseRequest named(Request request, ReleaseRecord origin) {
        ReleaseRequest asked = request.release();
        return new ReleaseRequest(
                request.version() == null ? origin.version() : request.version(),
                asked.commit().or(origin::commit),
                asked.actor(),
                asked.reason(),
                asked.insistences());
    }

    private static Path artifact(Request request) {
        if (request.artifact() == null) {
            throw new RefusedException("No artifact is named", "Name a directory or an archive with --artifact");
        }
        return Path.of(request.artifact());
    }
}
