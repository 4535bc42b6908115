package io.jenkins.plugins.transparentdeploy.engine.target.served;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whose target it is: two control machines with a history each would take back each other's releases. */
final class HostOwner {
    private final Path file;
    private final Question.Open open;

    /**
     * @param directory what is kept of the target
     * @param open who asks
     */
    HostOwner(Path directory, Question.Open open) {
        this.file = directory.resolve("owner.json");
        this.open = open;
    }

    /**
     * A control machine.
     *
     * @param controller its host id
     * @param name what people call it
     */
    private record Owner(String controller, String name) {}

    /** @throws RefusedException if it is another's, and is not to be taken over */
    void refuseAnother() throws IOException {
        if (!Files.exists(file) || open.takeOver()) {
            return;
        }
        Owner owner = Json.MAPPER.readValue(Files.readAllBytes(file), Owner.class);
        if (!owner.controller().equals(open.controller())) {
            throw new RefusedException(
                    open.place().root() + " is deployed to from " + owner.name() + " (" + owner.controller()
                            + "), not from " + open.controllerName(),
                    "Deploy from there, or, when that is over, take the target over with --take-over (in a Jenkinsfile, takeOver: true)");
        }
    }

    /** Makes it that of who asks. Whoever only looks has none. */
    void claim() throws IOException {
        Owner wanted = new Owner(open.controller(), open.controllerName());
        byte[] text = Json.MAPPER.writeValueAsBytes(wanted);
        boolean known = Files.exists(file)
                && Json.MAPPER
                        .readValue(Files.readAllBytes(file), Owner.class)
                        .controller()
                        .equals(open.controller());
        if (!known) {
            refuseAnother();
            DurableFiles.write(file, text);
        }
    }
}
