package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.InstanceDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.ProcessDefinition;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;

/**
 * Ports of instances on this machine at which something answers that no release has started. What a release starts there
 * could not listen, and until it has noticed, whoever asks whether it is ready is answered by the other.
 */
final class TakenPorts {
    /** On the same machine. */
    private static final int CONNECT_MILLIS = 1_000;

    private TakenPorts() {}

    /** @throws RefusedException when there is one, and nothing that is live would be stopped there */
    static void refuse(ManagedEnvironment environment) throws IOException {
        Optional<EnvironmentDefinition> live = live(environment);
        for (ManagedInstance instance : environment.present()) {
            Optional<Integer> port = instance.definition().port();
            if (port.isPresent()
                    && !instance.isRemote()
                    && isStartedHere(instance.definition())
                    && !servesAlready(instance, live)
                    && answers(port.get())) {
                throw new RefusedException(
                        "The port " + port.get() + " of instance '" + instance.name() + "' of " + environment.name()
                                + " is in use by a program that no release has started",
                        "End that program ('ss -ltnp' names it), or give the instance another port");
            }
        }
    }

    private static Optional<EnvironmentDefinition> live(ManagedEnvironment environment) throws IOException {
        ReleaseHistory history = environment.history();
        Optional<ReleaseRecord> live = history.live();
        return live.isEmpty() ? Optional.empty() : Optional.of(environment.definitionOf(history.content(live.get())));
    }

    /** Of what is started otherwise, nobody but its commands knows whether it runs. */
    private static boolean isStartedHere(InstanceDefinition instance) {
        return instance.process()
                .filter(process -> process.how() instanceof ProcessDefinition.Run)
                .isPresent();
    }

    /** Whether what answers may be what is live: it is stopped before the release starts anything. */
    private static boolean servesAlready(ManagedInstance instance, Optional<EnvironmentDefinition> live)
            throws IOException {
        if (instance.process().isRunning()) {
            return true;
        }
        return live.stream()
                .flatMap(definition -> definition.instances().stream())
                .anyMatch(there -> there.process().isPresent() && !isStartedHere(there));
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MILLIS);
            return true;
        } catch (IOException nobody) {
            return false;
        }
    }
}
