package io.jenkins.plugins.transparentdeploy.engine.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.transparentdeploy.engine.storage.SealedJson;
import java.io.IOException;
import java.nio.file.Path;

/** State directories that were copied, or moved, as people do it. */
public final class CopiedState {
    private CopiedState() {}

    /** {@code cp -a} of a state directory. */
    public static void copy(Path from, Path to) throws IOException, InterruptedException {
        Process copy = new ProcessBuilder("cp", "-a", from.toString(), to.toString()).start();
        assertThat(copy.waitFor()).isZero();
    }

    /** From now on what is kept of it says that it was on a machine that is not this one. */
    public static void fromAnotherMachine(Path state) throws IOException {
        Path file = state.resolve("whereabouts.json");
        ObjectNode whereabouts = SealedJson.read(file, ObjectNode.class).orElseThrow();
        whereabouts.remove("seal");
        SealedJson.write(file, whereabouts.put("machine", "0123456789abcdef0123456789abcdef"));
    }
}
