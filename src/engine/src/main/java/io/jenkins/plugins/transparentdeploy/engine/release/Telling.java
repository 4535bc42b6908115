package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.host.EnvironmentFile;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.notification.Notice;
import io.jenkins.plugins.transparentdeploy.engine.notification.Outbox;
import io.jenkins.plugins.transparentdeploy.engine.notification.Webhook;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What is said of an environment, never with its secrets: to whoever watches, and to those who are notified. */
final class Telling {
    private final EnvironmentDefinition definition;
    private final EnvironmentDirectory directory;
    private final Clock clock;
    private final ReleaseEvent.Listener listener;
    private final List<Webhook> others;
    private final SeenSecrets secrets;

    /**
     * @param host where the environment files are that do not belong to an instance elsewhere
     * @param others who is notified besides those whom the service file names
     */
    Telling(
            EnvironmentDefinition definition,
            EnvironmentDirectory directory,
            Host host,
            Clock clock,
            ReleaseEvent.Listener listener,
            List<Webhook> others) {
        this.definition = definition;
        this.directory = directory;
        this.clock = clock;
        this.listener = listener;
        this.others = others;
        this.secrets = new SeenSecrets(environmentFiles(definition), host);
    }

    private static List<EnvironmentFile> environmentFiles(EnvironmentDefinition definition) {
        return Stream.concat(
                        definition.instances().stream()
                                .filter(instance -> instance.host().isEmpty())
                                .flatMap(instance -> Stream.concat(
                                        instance.target().environmentFile().stream(),
                                        instance.process().stream()
                                                .flatMap(process -> process.environmentFile().stream()))),
                        definition.hooks().stream().flatMap(hook -> hook.environmentFile().stream()))
                .distinct()
                .map(EnvironmentFile::new)
                .toList();
    }

    /** Tells whoever watches. @param instance what it is about; empty for all of it */
    void tell(ReleaseEvent.Type type, Optional<String> instance, String message, Map<String, Object> data) {
        listener.happened(new ReleaseEvent(clock.instant(), type, instance, scrub(message), data));
    }

    /** Where notices wait for whoever delivers them. */
    Outbox outbox() {
        return new Outbox(directory.outbox(), clock);
    }

    /** Tells those whom the service file names, and who else is to be told; never fails. */
    void announce(Notice notice) {
        try {
            outbox().put(notice, Webhook.together(definition.webhooks(), others));
        } catch (IOException | RuntimeException e) {
            tell(
                    ReleaseEvent.Type.WARNING,
                    Optional.empty(),
                    "nobody is told of " + notice.event().key() + ": " + e.getMessage(),
                    Map.of());
        }
    }

    /** From now on nothing is said of what a file of another host holds. */
    void learn(EnvironmentFile file, Host elsewhere) {
        secrets.learn(file, elsewhere);
    }

    /** The same text without the secrets that the environment files of this service hold, or held. */
    String scrub(String text) {
        return secrets.scrub(text);
    }
}
