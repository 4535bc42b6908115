package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.host.HostId;
import io.jenkins.plugins.transparentdeploy.engine.notification.Notice;
import io.jenkins.plugins.transparentdeploy.engine.notification.Occasion;
import io.jenkins.plugins.transparentdeploy.engine.notification.Outbox;
import java.io.IOException;
import java.util.Optional;

/** Puts what happened into the words of a notice. */
public final class Notices {
    private Notices() {}

    /** Of the state that a release has come to. */
    static Notice of(ReleaseRecord record, ManagedEnvironment environment) throws IOException {
        Optional<ReleaseRecord> parent = record.parent().isPresent()
                ? environment.history().find(record.parent().get())
                : Optional.empty();
        return new Notice(
                Notice.SCHEMA,
                Outbox.newId(),
                Occasion.valueOf(record.state().name()),
                record.changedAt(),
                record.service(),
                record.environment(),
                record.hostId(),
                Optional.of(record.id().value()),
                Optional.of(record.kind().name()),
                Optional.of(record.version()),
                parent.map(ReleaseRecord::version),
                record.commit(),
                record.reasonOfState(),
                record.actor().who(),
                record.actor().via(),
                record.actor().url());
    }

    /** Of a freeze, or of its end. */
    public static Notice of(Freeze freeze, String service, String environment, HostId host) {
        return new Notice(
                Notice.SCHEMA,
                Outbox.newId(),
                freeze.frozen() ? Occasion.FROZEN : Occasion.OPENED,
                freeze.at(),
                service,
                environment,
                host.value(),
                freeze.release().map(ReleaseId::value),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                freeze.reason(),
                freeze.actor().who(),
                freeze.actor().via(),
                freeze.actor().url());
    }
}
