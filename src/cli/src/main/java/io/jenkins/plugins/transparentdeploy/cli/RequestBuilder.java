package io.jenkins.plugins.transparentdeploy.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.release.Actor;
import java.nio.file.Path;

/** Puts a request together from a command's options. */
final class RequestBuilder {
    private final Request.Verb verb;
    private final String service;
    private final String environment;
    private final String serviceFile;
    private final JsonNode overrides;
    private final Actor actor;
    private Path artifact;
    private String version;
    private String commit;
    private String reason;
    private boolean force;
    private boolean hold;
    private String to;
    private boolean despiteFreeze;
    private boolean acceptOneWay;
    private Request.From from;
    private boolean takeOver;

    RequestBuilder(
            Request.Verb verb,
            String service,
            String environment,
            String serviceFile,
            JsonNode overrides,
            Actor actor) {
        this.verb = verb;
        this.service = service;
        this.environment = environment;
        this.serviceFile = serviceFile;
        this.overrides = overrides;
        this.actor = actor;
    }

    RequestBuilder artifact(ArtifactOptions options) {
        from = options.from();
        artifact = from == null ? options.artifact() : null;
        version = from == null ? options.version() : options.version;
        commit = options.commit;
        return this;
    }

    RequestBuilder releasing(ReleasingOptions options) {
        despiteFreeze = options.despiteFreeze;
        acceptOneWay = options.acceptOneWay;
        return artifact(options.artifact).overwriting(options.overwriting);
    }

    RequestBuilder overwriting(OverwritingOptions options) {
        force = options.force;
        takeOver = options.takeOver;
        reason = options.reason;
        return this;
    }

    RequestBuilder reason(String value) {
        reason = value;
        return this;
    }

    RequestBuilder force(boolean value) {
        force = value;
        return this;
    }

    RequestBuilder hold(boolean value) {
        hold = value;
        return this;
    }

    RequestBuilder to(String value) {
        to = value;
        return this;
    }

    RequestBuilder despiteFreeze(boolean value) {
        despiteFreeze = value;
        return this;
    }

    RequestBuilder acceptOneWay(boolean value) {
        acceptOneWay = value;
        return this;
    }

    RequestBuilder takeOver(boolean value) {
        takeOver = value;
        return this;
    }

    Request build() {
        return new Request(
                verb,
                service,
                environment,
                serviceFile,
                overrides,
                null,
                artifact == null ? null : artifact.toAbsolutePath().normalize().toString(),
                version,
                commit,
                actor,
                reason,
                force,
                hold,
                to,
                null,
                despiteFreeze,
                acceptOneWay,
                from,
                null,
                takeOver,
                null,
                null);
    }
}
