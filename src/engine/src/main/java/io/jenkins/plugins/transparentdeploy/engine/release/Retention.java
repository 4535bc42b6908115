package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.target.PrunableTarget;
import io.jenkins.plugins.transparentdeploy.engine.target.served.ServedTarget;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Removes old release directories once a newer release is good. Their content stays in the store. */
public final class Retention {
    private Retention() {}

    /** Keeps what is live, what 'previous' means, and as many more as the service file says. Never fails a release. */
    public static void apply(ReleaseRun run) {
        ManagedEnvironment environment = run.environment();
        List<ManagedInstance> asked = environment.present().stream()
                .filter(instance -> !run.record().leftOut().containsKey(instance.name()))
                .toList();
        try {
            Concurrently.each(environment.atATime(), asked, instance -> {
                prune(run, instance);
                forget(run, instance);
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new IllegalStateException("a failure was told already", e);
        }
    }

    private static void prune(ReleaseRun run, ManagedInstance instance) {
        if (instance.target() instanceof PrunableTarget releases) {
            try {
                releases.prune(instance.name(), retained(run), run.environment().journal());
            } catch (IOException | RuntimeException e) {
                run.environment()
                        .tell(
                                ReleaseEvent.Type.WARNING,
                                instance.name(),
                                "old releases were not removed: " + e.getMessage(),
                                Map.of());
            }
        }
    }

    /** A host's own store has what the service file keeps; where that says nothing, all. */
    private static void forget(ReleaseRun run, ManagedInstance instance) {
        ManagedEnvironment environment = run.environment();
        if (instance.target() instanceof ServedTarget served
                && environment.definition().retention().isPresent()) {
            try {
                served.forget(new KeptContent(
                                environment.directory(),
                                environment.definition().retention().get(),
                                environment.clock())
                        .manifests());
            } catch (IOException | RuntimeException e) {
                environment.tell(
                        ReleaseEvent.Type.WARNING,
                        instance.name(),
                        "the content of old releases was not removed from its host: " + e.getMessage(),
                        Map.of());
            }
        }
    }

    private static Set<String> retained(ReleaseRun run) throws IOException {
        Set<String> names = new HashSet<>();
        names.add(run.id().value());
        Optional<ReleaseRecord> previous = run.environment().history().previousGood();
        previous.ifPresent(record -> names.add(record.id().value()));
        return names;
    }
}
