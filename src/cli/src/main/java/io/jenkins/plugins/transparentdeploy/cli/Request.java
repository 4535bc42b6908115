package io.jenkins.plugins.transparentdeploy.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.release.Actor;
import io.jenkins.plugins.transparentdeploy.engine.release.Insistence;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRequest;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a worker is to do, as it stands in {@code request.json}. Nulls are absent in the file.
 *
 * @param service may be null when a service file names it
 * @param serviceFile absolute path of a service file; may be null
 * @param overrides a mapping of the form of an environment in a service file, merged over it; may be null
 * @param definition the resolved environment, once it was read; may be null
 * @param artifact absolute path; for deploy and run
 * @param to for rollback: {@code previous}, a release, a rollback point or a version
 * @param hold for deploy: whether somebody goes on with the release
 * @param despiteFreeze for deploy and run: whether to release to a frozen environment
 * @param acceptOneWay whether to go back across what cannot be taken back; by itself too, for deploy and run
 * @param from for deploy and run: what to release instead of an artifact; may be null
 * @param takeOverFrom for rollback: the id of a lost host whose place this one takes first, from the records that {@code
 *     from} names; may be null
 * @param takeOver whether to deploy to targets that another controller, or another environment, deploys to
 * @param about for complete, giveUp and rollback: the id of the release that it is about, and no other; may be null
 * @param submission by which whoever lost the answer to a submission finds the run; unique, may be null
 * @param packRecipient public key (X.509, Base64) that the release's pack is encrypted for; without it none is made
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Request(
        Verb command,
        String service,
        String environment,
        String serviceFile,
        JsonNode overrides,
        JsonNode definition,
        String artifact,
        String version,
        String commit,
        Actor actor,
        String reason,
        boolean force,
        boolean hold,
        String to,
        String packRecipient,
        boolean despiteFreeze,
        boolean acceptOneWay,
        From from,
        String takeOverFrom,
        boolean takeOver,
        String about,
        String submission) {

    /**
     * A release that has proven itself elsewhere, instead of an artifact.
     *
     * @param environment on this host, or null
     * @param release an id or a version there; null for what is live
     * @param records absolute path of the archived records of a release on another host, or null
     * @param keyFile absolute path of the private key for their pack; null without records
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record From(String environment, String release, String records, String keyFile) {}

    /** What can be asked of a worker. */
    enum Verb {
        snapshot,
        deploy,
        smokeTest,
        complete,
        giveUp,
        run,
        rollback,
        recover,
        scale,
        converge
    }

    Request with(String resolvedService, JsonNode resolved) {
        return new Request(
                command,
                resolvedService,
                environment,
                serviceFile,
                overrides,
                resolved,
                artifact,
                version,
                commit,
                actor,
                reason,
                force,
                hold,
                to,
                packRecipient,
                despiteFreeze,
                acceptOneWay,
                from,
                takeOverFrom,
                takeOver,
                about,
                submission);
    }

    /** Where a rollback goes. */
    Destination destination() {
        return new Destination(to);
    }

    /** @throws io.jenkins.plugins.transparentdeploy.engine.RefusedException when nobody could say the version */
    ReleaseRequest release() {
        if (releases() && version != null) {
            ReleaseRequest.requireVersion(version);
        }
        return new ReleaseRequest(
                version == null ? "unnamed" : version,
                Optional.ofNullable(commit),
                actor,
                Optional.ofNullable(reason),
                insistences());
    }

    private Set<Insistence> insistences() {
        Set<Insistence> insistences = EnumSet.noneOf(Insistence.class);
        if (force) {
            insistences.add(Insistence.DRIFT);
        }
        if (despiteFreeze) {
            insistences.add(Insistence.FREEZE);
        }
        if (acceptOneWay) {
            insistences.add(Insistence.ONE_WAY);
        }
        return insistences;
    }

    /** Whether something new is to be released. */
    boolean releases() {
        return command == Verb.deploy || command == Verb.run;
    }
}
