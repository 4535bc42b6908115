package io.jenkins.plugins.transparentdeploy.engine.release;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Takes a service that was live before this program knew it into the history, so that there is something to go back to. */
public final class Adoption {
    private Adoption() {}

    /** Records what is live as a release of its own, when nothing was released yet and anything is live. */
    public static Optional<ReleaseRecord> adoptIfFirst(ManagedEnvironment environment, ReleaseRequest request)
            throws IOException {
        if (environment.history().live().isPresent()) {
            return Optional.empty();
        }
        boolean nothing = true;
        Map<String, InstanceState> live = environment.capture();
        for (ManagedInstance instance : environment.present()) {
            nothing &= instance.manifest(live.get(instance.name())).entries().isEmpty();
        }
        if (nothing) {
            return Optional.empty();
        }
        ReleaseRun run = ReleaseRun.begin(
                environment,
                ReleaseKind.ADOPTION,
                new ReleaseRequest(
                        "adopted",
                        Optional.empty(),
                        request.actor(),
                        Optional.of("live before the first release"),
                        false));
        run.note(copy -> copy.instances(live));
        run.enter(ReleaseState.SNAPSHOTTED, "");
        run.enter(ReleaseState.SUCCEEDED, "adopted as it was");
        return Optional.of(run.record());
    }
}
