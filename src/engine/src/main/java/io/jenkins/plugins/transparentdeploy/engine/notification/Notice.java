package io.jenkins.plugins.transparentdeploy.engine.notification;

import java.time.Instant;
import java.util.Optional;

/**
 * What happened, as it is sent. Holds no secret.
 *
 * @param schema version of this form
 * @param id unique; a receiver that has seen it has seen this notice
 * @param host id of the host that the service runs on
 * @param release id; empty when none is concerned
 * @param kind of the release: {@code DEPLOYMENT}, {@code ROLLBACK}, {@code ADOPTION}
 * @param version what people call it
 * @param previousVersion what was live before it; empty for the first
 * @param reason why, in one sentence; may be empty
 * @param who asked for it
 * @param via through which program
 * @param url where to read more
 */
public record Notice(
        int schema,
        String id,
        Occasion event,
        Instant at,
        String service,
        String environment,
        String host,
        Optional<String> release,
        Optional<String> kind,
        Optional<String> version,
        Optional<String> previousVersion,
        Optional<String> commit,
        String reason,
        String who,
        String via,
        Optional<String> url) {
    /** The form that this program writes. */
    public static final int SCHEMA = 1;
}
