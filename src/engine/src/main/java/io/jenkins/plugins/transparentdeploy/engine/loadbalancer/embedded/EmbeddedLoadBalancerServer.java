package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig.Timeouts;
import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The running load balancer: the proxy that traffic goes through, and the socket it is steered by. */
public final class EmbeddedLoadBalancerServer implements Closeable {
    /**
     * Connections that wait to be accepted; Java's 50 are full after 30 ms without a processor at 1,600 requests a second, and
     * whoever finds them full tries again after a whole second. The kernel takes less when its own limit is lower.
     */
    private static final int ACCEPT_QUEUE = 1024;

    private final Server server;
    private final ServerConnector connector;
    private final ControlServer control;
    private int port;

    private EmbeddedLoadBalancerServer(Server server, ServerConnector connector, ControlServer control) {
        this.server = server;
        this.connector = connector;
        this.control = control;
    }

    /**
     * Starts to listen, with the weights it had before.
     *
     * @throws RefusedException when the port or the control socket is another's
     */
    public static EmbeddedLoadBalancerServer start(EmbeddedLoadBalancerConfig config) throws IOException {
        return start(config, Clock.systemUTC());
    }

    static EmbeddedLoadBalancerServer start(EmbeddedLoadBalancerConfig config, Clock clock) throws IOException {
        BackendPool pool = new BackendPool(config, clock.instant());
        ControlServer control = new ControlServer(config.controlSocket(), pool);
        Server server = new Server(threads());
        ServerConnector connector = connector(server, config);
        server.addConnector(connector);
        server.setHandler(new GracefulHandler(new ReverseProxy(pool, config.timeouts())));
        server.setErrorHandler(EmbeddedLoadBalancerServer::explain);
        server.setStopTimeout(config.timeouts().shutdown().toMillis());
        EmbeddedLoadBalancerServer balancer = new EmbeddedLoadBalancerServer(server, connector, control);
        try {
            server.start();
        } catch (Exception e) {
            balancer.close();
            throw new RefusedException(
                    "The load balancer cannot listen on " + config.host() + ":" + config.port() + ": " + e.getMessage(),
                    "Use a free port on an address of this machine",
                    e);
        }
        balancer.port = connector.getLocalPort();
        control.start();
        return balancer;
    }

    private static QueuedThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName("proxy");
        return threads;
    }

    private static ServerConnector connector(Server server, EmbeddedLoadBalancerConfig config) {
        HttpConfiguration http = new HttpConfiguration();
        // What a path means is the backend's affair; it gets it byte for byte.
        http.setUriCompliance(UriCompliance.UNSAFE);
        // Both come from the backend, and must not be there twice.
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(config.host());
        connector.setPort(config.port());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        Timeouts timeouts = config.timeouts();
        // Later than the backend's, whose timeout is the one to be answered with a 504.
        connector.setIdleTimeout(timeouts.silence().plus(timeouts.connect()).toMillis());
        return connector;
    }

    /** Says what happened in one line of text, and nothing of where or why. */
    private static boolean explain(Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        String text = response.getStatus() + " " + HttpStatus.getMessage(response.getStatus()) + "\n";
        Content.Sink.write(response, true, text, callback);
        return true;
    }

    /** The port it listens on; of use when the configuration left it open. */
    public int port() {
        return port;
    }

    /** Stops listening, and returns when requests in flight have ended or their time is up. Idempotent. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The load balancer did not stop in order", e);
        } finally {
            control.close();
        }
    }
}
