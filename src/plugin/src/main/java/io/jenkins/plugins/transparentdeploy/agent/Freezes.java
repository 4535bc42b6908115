package io.jenkins.plugins.transparentdeploy.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.remoting.VirtualChannel;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Whether deployments to an environment are taken: asked of, and told to, the host where it lives. */
public final class Freezes {
    private static final Logger LOGGER = Logger.getLogger(Freezes.class.getName());

    private final String node;

    @CheckForNull
    private final String stateDirectory;

    private final String service;
    private final String environment;

    public Freezes(String node, @CheckForNull String stateDirectory, String service, String environment) {
        this.node = node;
        this.stateDirectory = stateDirectory;
        this.service = service;
        this.environment = environment;
    }

    /**
     * The last decision as the host has it: JSON, or nothing if nobody ever decided.
     *
     * @return empty if the host cannot be asked now
     */
    public Optional<String> read() throws IOException, InterruptedException {
        VirtualChannel channel = Agents.channel(node);
        return channel == null
                ? Optional.empty()
                : Optional.of(channel.call(new ReadFreeze(stateDirectory, service, environment)));
    }

    /**
     * Decides.
     *
     * @return the decision as the host has it: JSON
     * @throws IOException if the host cannot be told now, or refuses; its message is for people
     */
    public String decide(boolean frozen, String who, String reason) throws IOException, InterruptedException {
        VirtualChannel channel = Agents.channel(node);
        if (channel == null) {
            throw new IOException(Messages.Freezes_NotConnected(
                    Agents.displayName(node), service + "/" + environment, frozen ? "freeze" : "unfreeze"));
        }
        String jar = TdeployInstallation.ensure(channel, stateDirectory);
        Consumer<String> warnings = warning -> LOGGER.log(Level.WARNING, warning);
        FreezeCall.Reply reply = channel.call(new FreezeCall(
                jar,
                stateDirectory,
                frozen ? "freeze" : "unfreeze",
                service,
                environment,
                who,
                reason,
                Variables.of(service, environment, warnings, warnings)));
        if (reply.exitCode() != 0) {
            throw new IOException(reply.answer());
        }
        return reply.answer();
    }
}
