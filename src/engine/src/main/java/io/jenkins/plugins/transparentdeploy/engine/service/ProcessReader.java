package io.jenkins.plugins.transparentdeploy.engine.service;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.SecretNames;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads how an instance runs: by a command, by a pair of them, by a reload, or as a unit of systemd. */
final class ProcessReader {
    static final Set<String> KEYS = Set.of(
            "run",
            "start",
            "stop",
            "reload",
            "systemd",
            "scope",
            "systemctl",
            "environment",
            "environmentFile",
            "directory",
            "stopTimeout");

    /** What may be said of commands, and of a unit. */
    static final Set<String> COMMAND_KEYS = Set.of("environment", "environmentFile", "directory", "stopTimeout");

    static final Set<String> SYSTEMD_KEYS = Set.of("scope", "systemctl", "stopTimeout");

    private static final Map<String, ProcessDefinition.Scope> SCOPES =
            Map.of("system", ProcessDefinition.Scope.SYSTEM, "user", ProcessDefinition.Scope.USER);

    /** As systemd.unit(5) has it; it never looks like an option. */
    private static final Pattern UNIT = Pattern.compile("[A-Za-z0-9:_.\\\\][A-Za-z0-9:_.\\\\@-]{0,254}");

    private final Section section;

    private ProcessReader(Section section) {
        this.section = section;
    }

    /** @param section with the instance's placeholders filled in */
    static ProcessDefinition read(Section section, TargetDefinition target) {
        return new ProcessReader(section).read(target);
    }

    /** A unit is one process: two instances of the same name would be the same one. */
    static void refuseSharedUnits(Section environment, List<InstanceDefinition> instances) {
        Set<String> units = new HashSet<>();
        for (InstanceDefinition instance : instances) {
            if (instance.process().isPresent()
                    && instance.process().get().how() instanceof ProcessDefinition.Systemd systemd
                    && !units.add(instance.host().map(host -> host.name() + "/").orElse("") + systemd.unit())) {
                throw environment.bad(
                        "process.systemd",
                        "gives several instances the same unit " + systemd.unit(),
                        "Put {instance} into it, as in shop@{instance}.service");
            }
        }
    }

    private ProcessDefinition read(TargetDefinition target) {
        Map<String, String> variables = section.textMap("environment");
        variables.keySet().forEach(this::refuseSecret);
        return new ProcessDefinition(
                how(),
                variables,
                section.has("environmentFile")
                        ? Optional.of(InstanceReader.absolute(
                                section, "environmentFile", "Give an absolute path on the host"))
                        : Optional.empty(),
                section.has("directory")
                        ? InstanceReader.absolute(section, "directory", "Give an absolute path on the host")
                        : target.live(),
                section.duration("stopTimeout", Duration.ofSeconds(30)));
    }

    private ProcessDefinition.How how() {
        List<String> run = section.texts("run");
        List<String> start = section.texts("start");
        List<String> stop = section.texts("stop");
        List<String> reload = section.texts("reload");
        boolean pair = !start.isEmpty() && !stop.isEmpty();
        boolean half = start.isEmpty() != stop.isEmpty();
        int ways = (run.isEmpty() ? 0 : 1)
                + (pair ? 1 : 0)
                + (reload.isEmpty() ? 0 : 1)
                + (section.has("systemd") ? 1 : 0);
        if (half || ways != 1) {
            throw new RefusedException(
                    "'" + section.path() + "' does not say how an instance runs",
                    "Give either 'run' (a command that stays in the foreground), or both 'start' and 'stop', or 'reload',"
                            + " or 'systemd' (a unit)");
        }
        if (section.has("systemd")) {
            return systemd();
        }
        refuseWithout("scope");
        refuseWithout("systemctl");
        if (pair) {
            return new ProcessDefinition.StartStop(start, stop);
        }
        return run.isEmpty() ? new ProcessDefinition.Reload(reload) : new ProcessDefinition.Run(run);
    }

    private ProcessDefinition.Systemd systemd() {
        for (String key : List.of("environment", "environmentFile", "directory")) {
            if (section.has(key)) {
                throw section.bad(
                        key, "would have no effect, for systemd starts the process", "Say it in the unit's own file");
            }
        }
        String unit = section.required("systemd", "Give the name of a unit, as in shop@{instance}.service");
        if (!UNIT.matcher(unit).matches()) {
            throw section.bad("systemd", "is '" + unit + "', which cannot be a unit", "Name it as 'systemctl' does");
        }
        String scope = section.text("scope").orElse("system");
        if (!SCOPES.containsKey(scope)) {
            throw section.bad("scope", "is '" + scope + "'", NearestName.cure(scope, SCOPES.keySet()));
        }
        List<String> systemctl = section.texts("systemctl");
        return new ProcessDefinition.Systemd(
                unit, SCOPES.get(scope), systemctl.isEmpty() ? List.of("systemctl") : systemctl);
    }

    private void refuseWithout(String key) {
        if (section.has(key)) {
            throw section.bad(key, "is only about a unit of systemd", "Add 'systemd:', or leave it out");
        }
    }

    private void refuseSecret(String variable) {
        if (SecretNames.match(variable)) {
            throw section.bad(
                    "environment." + variable,
                    "looks like a secret, and the service file is copied into every release record",
                    "Put it into a file on the host that only the service can read, and name that as 'environmentFile'");
        }
    }
}
