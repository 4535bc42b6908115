package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.Obstacle;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.FailedOnHostException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which hosts can be reached when something begins. */
final class Attendance {
    private Attendance() {}

    /** To connect is to wait for others, so it is begun with more of them than are worked on at a time. */
    private static final int CONNECTING = 32;

    /**
     * Connects to every host, then asks whether its target can be deployed to. Changes nothing.
     *
     * @return the instances whose hosts cannot be reached
     * @throws RefusedException when a target cannot be deployed to
     */
    static Map<String, LeftOut> take(ManagedEnvironment environment) throws IOException {
        Map<ManagedInstance, String> absent = new LinkedHashMap<>();
        List<ManagedInstance> remote = environment.instances().stream()
                .filter(ManagedInstance::isRemote)
                .toList();
        if (!remote.isEmpty()) {
            collect(
                    Concurrently.ask(connecting(environment), remote, instance -> why(instance.host()::requirePosix)),
                    absent);
            long reached = hosts(remote) - hosts(absent.keySet());
            environment.tell(
                    ReleaseEvent.Type.INFO,
                    "connected to " + reached + " of " + hosts(remote) + " hosts",
                    Map.of("connected", reached));
        }
        List<ManagedInstance> answering = environment.instances().stream()
                .filter(instance -> !absent.containsKey(instance))
                .toList();
        collect(Concurrently.ask(environment.atATime(), answering, Attendance::check), absent);
        Map<String, LeftOut> leftOut = new LinkedHashMap<>();
        absent.forEach((instance, reason) -> leftOut.put(
                instance.name(), new LeftOut(instance.hostName(), LeftOut.When.ABSENT, environment.scrub(reason))));
        return Map.copyOf(leftOut);
    }

    private static long hosts(Collection<ManagedInstance> instances) {
        return instances.stream().map(ManagedInstance::hostName).distinct().count();
    }

    /** A jump host may take few connections at once. */
    private static int connecting(ManagedEnvironment environment) {
        boolean jump = environment.definition().instances().stream()
                .flatMap(instance -> instance.host().stream())
                .anyMatch(host -> host.ssh().jump().isPresent());
        return jump ? environment.atATime() : Math.max(environment.atATime(), CONNECTING);
    }

    private static void collect(Map<ManagedInstance, Optional<String>> answers, Map<ManagedInstance, String> absent) {
        answers.forEach((instance, why) -> why.ifPresent(reason -> absent.put(instance, reason)));
    }

    private static Optional<String> check(ManagedInstance instance) throws IOException {
        if (instance.isRemote()) {
            return why(instance.target()::check);
        }
        instance.target().check();
        return Optional.empty();
    }

    /** Something that is asked of a host. */
    @FunctionalInterface
    private interface Question {
        void ask() throws IOException;
    }

    /**
     * Why it cannot be reached; empty when it can.
     *
     * @throws RefusedException when it answers, and what was asked failed there
     */
    private static Optional<String> why(Question question) throws IOException {
        try {
            question.ask();
            return Optional.empty();
        } catch (FailedOnHostException e) {
            throw new RefusedException(
                    e.getMessage(), "See to it there, or take the host out of 'hosts' to go on without it", e);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Tells whoever watches who is left out. */
    static void tell(ManagedEnvironment environment, Map<String, LeftOut> absent) {
        absent.forEach((instance, left) -> environment.tell(
                ReleaseEvent.Type.WARNING,
                instance,
                "left out, for its host " + left.host() + " cannot be reached: " + left.reason(),
                Map.of("leftOut", left.reason())));
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
                    nobody ? Obstacle.OTHER : Obstacle.HOSTS_OUT_OF_REACH,
                    hosts.size() + " of the hosts of " + environment.name() + " cannot be reached: " + reasons,
                    nobody
                            ? "See to it that one can be logged in to: ssh "
                                    + hosts.iterator().next()
                            : "Bring them back; or raise 'fleet: {maxUnavailable: " + most
                                    + "}' or force: then they are left out, and 'tdeploy converge' sees to them later");
        }
    }
}
