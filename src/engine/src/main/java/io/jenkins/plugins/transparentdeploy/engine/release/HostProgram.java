package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.target.served.ServiceProgram;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This program on a host: found or brought there once, for all instances that live there. */
final class HostProgram implements ServiceProgram.Provider {
    private final HostConnector.Machine machine;
    private final Origin origin;
    private ServiceProgram prepared;

    /** Where this program itself is. */
    @FunctionalInterface
    interface Origin {
        /** The jar that it runs from. */
        Origin OWN_JAR = Origin::ownJar;

        /** @throws RefusedException when it is nothing that could be brought to another machine */
        Path jar();

        private static Path ownJar() {
            try {
                Path own = Path.of(HostProgram.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI());
                if (Files.isRegularFile(own)) {
                    return own;
                }
            } catch (URISyntaxException e) {
                throw new RefusedException("This program cannot find its own jar", "Start it with java -jar", e);
            }
            throw new RefusedException(
                    "This program does not run from a jar that could be brought to a host", "Start it with java -jar");
        }
    }

    HostProgram(HostConnector.Machine machine, Origin origin) {
        this.machine = machine;
        this.origin = origin;
    }

    @Override
    public synchronized ServiceProgram prepared() throws IOException, InterruptedException {
        if (prepared == null) {
            String java = ServiceProgram.findJava(machine.shell())
                    .orElseThrow(() -> new RefusedException(
                            machine.shell().name() + " has no Java 17 or newer, which the target needs there",
                            "Install one (Debian: openjdk-17-jre-headless), or use 'releases:', which needs none"));
            prepared = ServiceProgram.install(
                    machine.shell(), java, origin.jar(), machine.host().files().stateDirectory());
        }
        return prepared;
    }
}
