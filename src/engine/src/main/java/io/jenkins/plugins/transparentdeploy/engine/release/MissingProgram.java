package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.service.ProcessDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.TargetDefinition;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SymlinkEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A program that an instance is to be started with and that will not be there, or may not be executed: better known before
 * anything is stopped for it. It is no reason to refuse: a hook may bring it.
 */
final class MissingProgram {
    private MissingProgram() {}

    /** What would not be found, as a sentence without a full stop; empty when nothing is known to be missing. */
    static Optional<String> in(ManagedInstance instance, Manifest content) {
        return instance.definition()
                .process()
                .flatMap(process ->
                        program(process.how()).flatMap(program -> problem(instance, process, program, content)))
                .map(problem -> "instance '" + instance.name() + "' would not start: " + problem);
    }

    private static Optional<String> program(ProcessDefinition.How how) {
        if (how instanceof ProcessDefinition.Run run) {
            return run.command().stream().findFirst();
        }
        return how instanceof ProcessDefinition.StartStop pair
                ? pair.start().stream().findFirst()
                : Optional.empty();
    }

    private static Optional<String> problem(
            ManagedInstance instance, ProcessDefinition process, String program, Manifest content) {
        TargetDefinition target = instance.definition().target();
        Path live = target.live();
        Path file = process.directory().resolve(program).normalize();
        if (program.indexOf('/') >= 0 && file.startsWith(live)) {
            // What commands make of a content, they know.
            return target instanceof TargetDefinition.ByCommands
                    ? Optional.empty()
                    : released(target, live.relativize(file), content);
        }
        // Of a search path that is read from a file, and of another machine, nothing is known here.
        return instance.isRemote() || process.environmentFile().isPresent()
                ? Optional.empty()
                : installed(instance, process, program);
    }

    private static Optional<String> released(TargetDefinition target, Path program, Manifest content) {
        Optional<ManifestEntry> entry = content.find(program.toString());
        if (entry.isPresent()) {
            return entry.get() instanceof FileEntry file && !file.mode().executable()
                    ? Optional.of(program + " has the mode " + file.mode() + " in the release, and may not be executed")
                    : Optional.empty();
        }
        // The application's own files are in no release, and a link may lead anywhere.
        boolean known =
                !throughALink(program, content) && !target.managed().matcher().excludes(program.toString());
        return known ? Optional.of("the release has no " + program) : Optional.empty();
    }

    private static boolean throughALink(Path program, Manifest content) {
        for (Path above = program.getParent(); above != null; above = above.getParent()) {
            if (content.find(above.toString()).orElse(null) instanceof SymlinkEntry) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> installed(ManagedInstance instance, ProcessDefinition process, String program) {
        try {
            instance.host().requireRunnable(new Command(List.of(program), process.environment(), Optional.empty()));
            return Optional.empty();
        } catch (RefusedException e) {
            return Optional.of(e.problem());
        }
    }
}
