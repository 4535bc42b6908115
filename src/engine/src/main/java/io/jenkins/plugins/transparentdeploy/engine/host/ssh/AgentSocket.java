package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import org.apache.sshd.agent.SshAgent;
import org.apache.sshd.agent.SshAgentFactory;
import org.apache.sshd.agent.SshAgentServer;
import org.apache.sshd.agent.common.AbstractAgentProxy;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * The user's SSH agent behind its Unix socket. The protocol is Apache MINA SSHD's; this carries its messages: a length of
 * four bytes, then so many bytes, one answer to each question.
 */
final class AgentSocket extends AbstractAgentProxy {
    private static final int LARGEST_ANSWER = 256 * 1024;

    private final SocketChannel socket;

    private AgentSocket(SocketChannel socket) {
        super(null);
        this.socket = socket;
    }

    /**
     * What makes a connection whenever somebody logs in. Nobody is ever given access to the agent.
     *
     * @param path of the socket
     */
    record Factory(Path path) implements SshAgentFactory {
        /**
         * The one whose socket is there.
         *
         * @param name what people call the host that it is for
         * @param path may be null or blank
         * @throws RefusedException when there is none
         */
        static Factory at(String name, String path) {
            if (path == null || path.isBlank()) {
                throw new RefusedException(
                        "The SSH agent is to be asked for " + name + ", but SSH_AUTH_SOCK names none",
                        "Start an agent and load the key (ssh-agent, ssh-add), or name a private key");
            }
            return new Factory(Path.of(path));
        }

        @Override
        public SshAgent createClient(Session session, FactoryManager manager) throws IOException {
            try {
                return new AgentSocket(SocketChannel.open(UnixDomainSocketAddress.of(path)));
            } catch (IOException e) {
                LogIn.of(session)
                        .refuse(new RefusedException(
                                "The SSH agent at " + path + " does not answer: " + e.getMessage(),
                                "Start it again and load the key, or name a private key",
                                e));
                throw e;
            }
        }

        @Override
        public List<ChannelFactory> getChannelForwardingFactories(FactoryManager manager) {
            return List.of();
        }

        @Override
        public SshAgentServer createServer(ConnectionService service) {
            throw new UnsupportedOperationException("The agent is not forwarded");
        }
    }

    @Override
    protected synchronized Buffer request(Buffer question) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(question.array(), question.rpos(), question.available());
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
        int length = read(Integer.BYTES).getInt();
        if (length < 1 || length > LARGEST_ANSWER) {
            throw new IOException("the SSH agent gave an answer of " + length + " bytes");
        }
        return new ByteArrayBuffer(read(length).array());
    }

    private ByteBuffer read(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (socket.read(bytes) < 0) {
                throw new EOFException("the SSH agent has closed its connection");
            }
        }
        return bytes.flip();
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        super.close();
    }
}
