package io.jenkins.plugins.transparentdeploy.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;

/** Where things are on the machine this runs on. */
final class AgentPaths {
    private AgentPaths() {}

    /** The controller looks first, but knows only what the agent told it. */
    static void requirePosix() throws IOException {
        if (File.separatorChar == '\\') {
            throw new IOException("This agent runs on Windows, where Transparent Deploy cannot release."
                    + " Run the step on a Linux or other POSIX agent.");
        }
    }

    static Path stateDirectory(@CheckForNull String configured) {
        return configured == null
                ? Path.of(System.getProperty("user.home"), ".transparent-deploy")
                : Path.of(configured).toAbsolutePath();
    }
}
