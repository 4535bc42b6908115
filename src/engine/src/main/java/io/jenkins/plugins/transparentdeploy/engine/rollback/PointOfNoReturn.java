package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.Obstacle;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.RunCommand;
import io.jenkins.plugins.transparentdeploy.engine.release.HookPlan;
import io.jenkins.plugins.transparentdeploy.engine.release.Insistence;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRequest;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether the way back leads across something that cannot be taken back. */
final class PointOfNoReturn {
    private PointOfNoReturn() {}

    /** What is in the way, in words; empty when nothing is. */
    static Optional<String> in(HookPlan hooks) {
        return hooks.oneWay().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        hooks.oneWay().stream().map(PointOfNoReturn::describe).collect(Collectors.joining(" and ")));
    }

    private static String describe(RunCommand command) {
        return "'" + command.name() + "'"
                + command.release().map(release -> " of release " + release).orElse("");
    }

    /**
     * Refuses to go back across it.
     *
     * @throws RefusedException unless there is none, or the request insists and says why
     */
    static void refuseUnlessAccepted(HookPlan hooks, ReleaseRequest request) {
        boolean accepted = request.insistsOn(Insistence.ONE_WAY);
        if (accepted && request.reason().isEmpty()) {
            throw new RefusedException("Accepting what cannot be taken back needs a reason", "Give it with --reason");
        }
        in(hooks).filter(what -> !accepted).ifPresent(what -> {
            throw new RefusedException(
                    Obstacle.POINT_OF_NO_RETURN,
                    "The way back leads across " + what + ", which cannot be taken back",
                    "Release a mended version instead, or, if the older one works all the same, go back with"
                            + " --accept-one-way and a --reason");
        });
    }
}
