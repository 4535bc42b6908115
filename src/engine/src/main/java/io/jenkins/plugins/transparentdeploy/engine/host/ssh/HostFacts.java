package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.HostId;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a host says of itself when it is asked for the first time.
 *
 * @param system its operating system, by {@code uname}
 * @param missing programs that it lacks
 * @param hasProc whether its processes can be found again
 * @param boot which start of its kernel this is; empty where it has no {@code /proc}
 * @param ticksPerSecond of its clock of processes
 * @param variables the names of the variables that a command inherits there
 */
record HostFacts(
        HostId id,
        Path stateDirectory,
        String system,
        List<String> missing,
        boolean hasProc,
        String boot,
        long ticksPerSecond,
        Set<String> variables) {

    /**
     * Reads what {@code open.sh} writes.
     *
     * @param name what people call the host
     */
    static HostFacts read(String name, byte[] output) {
        List<String> lines = new String(output, StandardCharsets.UTF_8).lines().toList();
        int end = lines.indexOf("variables");
        Map<String, String> said = new HashMap<>();
        for (String line : lines.subList(0, Math.max(0, end))) {
            int blank = line.indexOf(' ');
            said.put(blank < 0 ? line : line.substring(0, blank), line.substring(blank + 1));
        }
        if (end < 0 || !said.keySet().containsAll(List.of("id", "state", "system", "ticks"))) {
            throw noShell(name, new String(output, StandardCharsets.UTF_8));
        }
        String missing = said.getOrDefault("missing", "").replace("missing", "").strip();
        try {
            return new HostFacts(
                    id(name, said.get("id"), said.get("state")),
                    Path.of(said.get("state")),
                    said.get("system"),
                    missing.isEmpty() ? List.of() : List.of(missing.split(" ")),
                    "yes".equals(said.get("proc")),
                    said.getOrDefault("boot", ""),
                    Long.parseLong(said.get("ticks")),
                    lines.stream().skip(end + 1L).collect(Collectors.toUnmodifiableSet()));
        } catch (NumberFormatException | InvalidPathException e) {
            throw noShell(name, e.getMessage());
        }
    }

    private static HostId id(String name, String value, String state) {
        try {
            return new HostId(value);
        } catch (IllegalArgumentException e) {
            throw new CorruptStateException(
                    "The host id in " + state + "/host-id on " + name + " is not a UUID",
                    "Restore the file from a backup, or delete it if no release of this host is to be rolled back");
        }
    }

    static RefusedException noShell(String name, String said) {
        String shown = said.strip();
        return new RefusedException(
                "The host " + name + " does not answer as a POSIX shell does"
                        + (shown.isEmpty() ? "" : "; it said: " + shown.substring(0, Math.min(500, shown.length()))),
                "Give the user a login shell, and let the server run any command for its key; a start-up file of the"
                        + " shell must print nothing");
    }
}
