package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.service.ProcessDefinition;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import java.util.List;
import java.util.Optional;

/**
 * {@code java -jar shop.jar} in a release that has no such file: a jar is an archive, and archives are unpacked unless the
 * service file says otherwise.
 */
final class MissingJar {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private MissingJar() {}

    /** What would not be found, as a sentence without a full stop; empty when nothing is known to be missing. */
    static Optional<String> in(ManagedInstance instance, Manifest content) {
        return instance.definition()
                .process()
                .filter(process -> process.directory()
                        .equals(instance.definition().target().live()))
                .flatMap(process -> jar(process.how()))
                .filter(jar -> !jar.startsWith("/") && content.find(jar).isEmpty())
                .map(jar -> "instance '" + instance.name() + "' runs 'java -jar " + jar + "', and the release has no "
                        + jar
                        + (content.find(MANIFEST).isPresent()
                                ? ": its artifact is a jar that was unpacked; with 'artifact: {unpack: false}' it is"
                                        + " deployed as it is, under its own name"
                                : ""));
    }

    private static Optional<String> jar(ProcessDefinition.How how) {
        List<String> command = how instanceof ProcessDefinition.Run run ? run.command() : List.of();
        int option = command.indexOf("-jar");
        return option >= 0 && option + 1 < command.size() ? Optional.of(command.get(option + 1)) : Optional.empty();
    }
}
