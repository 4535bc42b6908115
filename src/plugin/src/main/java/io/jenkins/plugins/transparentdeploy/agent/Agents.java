package io.jenkins.plugins.transparentdeploy.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Computer;
import hudson.remoting.Channel;
import hudson.remoting.ChannelClosedException;
import hudson.remoting.RequestAbortedException;
import hudson.remoting.VirtualChannel;
import java.util.Optional;
import jenkins.model.Jenkins;

/** The connection to a node as it is at this moment. */
public final class Agents {
    private Agents() {}

    /** @return null as long as the node is not connected, or is not known */
    @CheckForNull
    static VirtualChannel channel(String node) {
        Computer computer = Jenkins.get().getComputer(node);
        return computer == null ? null : computer.getChannel();
    }

    /** Why nothing can be released on a node, if it is known to be of a kind that is not supported. Asks nothing of it. */
    static Optional<String> refusal(String node) {
        Computer computer = Jenkins.get().getComputer(node);
        return computer != null && Boolean.FALSE.equals(computer.isUnix())
                ? Optional.of(Messages.Agents_Windows(displayName(node)))
                : Optional.empty();
    }

    /** Whether a call failed because the connection broke, and not because of what was called. */
    static boolean isConnectionBroken(VirtualChannel channel, Throwable failure) {
        if (channel instanceof Channel remote && remote.isClosingOrClosed()) {
            return true;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ChannelClosedException || cause instanceof RequestAbortedException) {
                return true;
            }
        }
        return false;
    }

    /** Whether Jenkins goes down: what fails then says nothing about a run, which is taken up again afterwards. */
    public static boolean isShuttingDown() {
        Jenkins jenkins = Jenkins.getInstanceOrNull();
        return jenkins == null || jenkins.isTerminating();
    }

    public static String displayName(String node) {
        return node.isEmpty() ? Messages.Agents_BuiltIn() : node;
    }
}
