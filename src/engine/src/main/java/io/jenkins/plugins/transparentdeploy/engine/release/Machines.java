package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.CommandResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Whether the hosts of an environment are the machines that they are taken for. Changes nothing. */
final class Machines {
    private static final Duration LOOK_UP = Duration.ofSeconds(30);

    private Machines() {}

    /**
     * Two names that lead to one directory would each take away what the other brought. Only those that are on one machine
     * are asked for more than is known of them already.
     *
     * @throws RefusedException when there are two such names
     */
    static void refuseSharedDirectories(ManagedEnvironment environment) throws IOException {
        for (List<ManagedInstance> together : byBoot(environment).values()) {
            if (together.stream().map(ManagedInstance::hostName).distinct().count() < 2) {
                continue;
            }
            Map<String, ManagedInstance> directories = new LinkedHashMap<>();
            for (ManagedInstance instance : together) {
                ManagedInstance other = directories.putIfAbsent(directory(instance), instance);
                if (other != null) {
                    throw new RefusedException(
                            "%s on %s and %s on %s are the same directory of the same machine, %s; each would take away what the other brought"
                                    .formatted(
                                            other.name(),
                                            other.hostName(),
                                            instance.name(),
                                            instance.hostName(),
                                            instance.target().root()),
                            "Correct 'address' or 'port' of one of these hosts, or leave one out");
                }
            }
        }
    }

    /** What a person should know of them, as sentences without a full stop. */
    static List<String> warnings(ManagedEnvironment environment) throws IOException {
        List<String> warnings = new ArrayList<>();
        Map<String, String> names = new LinkedHashMap<>();
        for (ManagedInstance instance : remote(environment)) {
            String name = instance.hostName();
            String machine = instance.host().id().value() + instance.host().boot();
            String other = names.putIfAbsent(machine, name);
            if (other != null && !other.equals(name)) {
                warnings.add(other + " and " + name + " are the same machine: when one is down, both are");
            }
        }
        for (String replaced : replaced(environment)) {
            warnings.add(
                    replaced + " is another machine than the one that the live release was brought to; if nothing is"
                            + " there, it gets what the others have");
        }
        return warnings;
    }

    /** The names that another machine answers to than when it was last measured what is there. */
    static Set<String> replaced(ManagedEnvironment environment) throws IOException {
        Map<String, String> before = new HashMap<>();
        for (ReleaseRecord live : environment.history().live().stream().toList()) {
            live.convergence().ifPresent(convergence -> convergence.instances().forEach(entry -> entry.hostId()
                    .ifPresent(id -> before.put(entry.host(), id))));
        }
        Set<String> replaced = new TreeSet<>();
        for (ManagedInstance instance : remote(environment)) {
            String known = before.get(instance.hostName());
            if (known != null && !known.equals(instance.host().id().value())) {
                replaced.add(instance.hostName());
            }
        }
        return replaced;
    }

    private static Map<String, List<ManagedInstance>> byBoot(ManagedEnvironment environment) throws IOException {
        Map<String, List<ManagedInstance>> byBoot = new LinkedHashMap<>();
        for (ManagedInstance instance : remote(environment)) {
            byBoot.computeIfAbsent(instance.host().boot(), boot -> new ArrayList<>())
                    .add(instance);
        }
        byBoot.remove("");
        return byBoot;
    }

    private static List<ManagedInstance> remote(ManagedEnvironment environment) {
        return environment.present().stream().filter(ManagedInstance::isRemote).toList();
    }

    /** Which directory that is, whatever way leads there. */
    private static String directory(ManagedInstance instance) throws IOException {
        String root = instance.target().root().toString();
        try {
            CommandResult found = instance.host().run(Command.of("stat", "-L", "-c", "%d:%i", root), LOOK_UP);
            return found.succeeded() ? found.output().strip() : instance.name();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while asking " + instance.hostName() + " for its directory", e);
        }
    }
}
