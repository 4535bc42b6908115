package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which hosts can be reached when something begins. */
final class Attendance {
    private Attendance() {}

    /**
     * Asks every host whether its target can be deployed to. Changes nothing.
     *
     * @return the instances whose hosts cannot be reached
     * @throws RefusedException when a target cannot be deployed to
     */
    static Map<String, LeftOut> take(ManagedEnvironment environment) throws IOException {
        Map<String, LeftOut> absent = new LinkedHashMap<>();
        Concurrently.ask(environment.atATime(), environment.instances(), Attendance::unreachable)
                .forEach((instance, why) -> why.ifPresent(reason -> absent.put(
                        instance.name(),
                        new LeftOut(instance.hostName(), LeftOut.When.ABSENT, environment.scrub(reason)))));
        return Map.copyOf(absent);
    }

    /** Tells whoever watches who is left out. */
    static void tell(ManagedEnvironment environment, Map<String, LeftOut> absent) {
        absent.forEach((instance, left) -> environment.tell(
                ReleaseEvent.Type.WARNING,
                instance,
                "left out, for its host " + left.host() + " cannot be reached: " + left.reason(),
                Map.of("leftOut", left.reason())));
    }

    /** Why it cannot be reached; empty when it can. */
    private static Optional<String> unreachable(ManagedInstance instance) throws IOException {
        if (!instance.isRemote()) {
            instance.target().check();
            return Optional.empty();
        }
        try {
            instance.host().requirePosix();
            instance.target().check();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Refuses to go on without so many.
     *
     * @param force whether any number may be out of reach, as long as one is not
     */
    static void refuseTooMany(ManagedEnvironment environment, Map<String, LeftOut> absent, boolean force) {
        Set<String> hosts = absent.values().stream().map(LeftOut::host).collect(Collectors.toCollection(TreeSet::new));
        boolean nobody =
                !absent.isEmpty() && absent.size() == environment.instances().size();
        int most = environment.definition().fleet().maxUnavailable();
        if (nobody || hosts.size() > most && !force) {
            String reasons = absent.values().stream()
                    .map(left -> left.host() + " (" + left.reason() + ")")
                    .distinct()
                    .collect(Collectors.joining(", "));
            throw new RefusedException(
                    hosts.size() + " of the hosts of " + environment.name() + " cannot be reached: " + reasons,
                    nobody
                            ? "See to it that one can be logged in to: ssh "
                                    + hosts.iterator().next()
                            : "Bring them back; or raise 'fleet: {maxUnavailable: " + most
                                    + "}' or force: then they are left out, and 'tdeploy converge' sees to them later");
        }
    }
}
