package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig.Backend;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig.Timeouts;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The data plane. Jetty does the forwarding; this chooses the backend, keeps the count of what is in flight, and tells a
 * backend's failures from a client's.
 *
 * <p>Jetty's client sends a request again only when its pooled connection had timed out before the first byte, so no
 * backend ever sees a request twice.
 */
final class ReverseProxy extends ProxyHandler.Reverse {
    private static final String FORWARDING = Forwarding.class.getName();
    private static final String PSEUDONYM = "transparent-deploy";
    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final String FORWARDED_PROTO = "X-Forwarded-Proto";
    private static final int MOST_CONNECTIONS = 4096;

    private final BackendPool pool;
    private final Timeouts timeouts;

    ReverseProxy(BackendPool pool, Timeouts timeouts) {
        super(ReverseProxy::backendUri);
        this.pool = pool;
        this.timeouts = timeouts;
        // The host's own name is nobody's business.
        setViaHost(PSEUDONYM);
    }

    private static Forwarding forwarding(Request request) {
        return (Forwarding) request.getAttribute(FORWARDING);
    }

    private static HttpURI backendUri(Request request) {
        return HttpURI.from(forwarding(request).backend().address());
    }

    @Override
    protected HttpClient newHttpClient() {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName("proxy-client");
        ClientConnector connector = new ClientConnector();
        connector.setExecutor(threads);
        return new HttpClient(new HttpClientTransportOverHTTP(connector));
    }

    @Override
    protected void configureHttpClient(HttpClient client) {
        super.configureHttpClient(client);
        client.setUserAgentField(null);
        client.setConnectTimeout(timeouts.connect().toMillis());
        client.setIdleTimeout(timeouts.pooled().toMillis());
        // The pools of terms that are over go.
        client.setDestinationIdleTimeout(timeouts.silence().toMillis());
        client.setMaxConnectionsPerDestination(MOST_CONNECTIONS);
        client.setMaxRequestsQueuedPerDestination(MOST_CONNECTIONS);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!isForwardable(request.getHttpURI().getPathQuery())) {
            Response.writeError(request, response, callback, HttpStatus.BAD_REQUEST_400);
            return true;
        }
        Optional<BackendPool.Lease> lease = pool.acquire();
        if (lease.isEmpty()) {
            Response.writeError(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503);
            return true;
        }
        Forwarding forwarding = new Forwarding(lease.get());
        Request.addCompletionListener(request, failure -> forwarding.ended());
        // While the backend thinks, the client's connection is idle; that is for the backend's timeout to judge.
        request.addIdleTimeoutListener(timeout -> false);
        request.setAttribute(FORWARDING, forwarding);
        return super.handle(request, new ClientResponse(request, response, forwarding), callback);
    }

    /** Jetty's client cannot send broken percent escapes; nor are they anything that HTTP knows. */
    private static boolean isForwardable(String target) {
        try {
            // What the client itself will do with one that is no URI.
            HttpURI.from(null, null, -1, target, null, null);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    protected org.eclipse.jetty.client.Request newProxyToServerRequest(Request request, HttpURI backend) {
        String target = request.getHttpURI().getPathQuery();
        return newRequest(forwarding(request).backend(), target)
                .method(request.getMethod())
                // Connections are pooled by this, too.
                .tag(forwarding(request).term())
                .idleTimeout(timeouts.silence().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The path and query go on byte for byte, whether or not they are what a URI may hold. */
    private org.eclipse.jetty.client.Request newRequest(Backend backend, String target) {
        String host = backend.address().getHost();
        if (target.startsWith("/")) {
            try {
                // As part of a whole URI, for by itself //x would be read as a host.
                return getHttpClient().newRequest(new URI("http://" + host + ":" + backend.port() + target));
            } catch (URISyntaxException e) {
                // Then it is not read at all.
            }
        }
        return getHttpClient().newRequest(host, backend.port()).path(target);
    }

    @Override
    protected void addProxyHeaders(Request request, org.eclipse.jetty.client.Request backendRequest) {
        addViaHeader(request, backendRequest);
        String client = Request.getRemoteAddr(request);
        backendRequest.headers(headers -> {
            String before = String.join(", ", headers.getValuesList(FORWARDED_FOR));
            headers.put(FORWARDED_FOR, before.isEmpty() ? client : before + ", " + client);
            if (!headers.contains(FORWARDED_PROTO)) {
                // Whoever ended TLS in front of this one has said so; this one does not speak it.
                headers.put(FORWARDED_PROTO, request.isSecure() ? "https" : "http");
            }
        });
    }

    @Override
    protected org.eclipse.jetty.client.Request.Content newProxyToServerRequestContent(
            Request request, Response response, org.eclipse.jetty.client.Request backendRequest) {
        return new ClientContent(request, forwarding(request));
    }

    @Override
    protected org.eclipse.jetty.client.Response.CompleteListener newServerToProxyResponseListener(
            Request request, org.eclipse.jetty.client.Request backendRequest, Response response, Callback callback) {
        return new ProxyResponseListener(request, backendRequest, response, callback) {
            @Override
            public void onSuccess(org.eclipse.jetty.client.Response backendResponse) {
                forwarding(request).answered(backendResponse.getStatus());
                super.onSuccess(backendResponse);
            }

            @Override
            public void onComplete(Result result) {
                if (result.isFailed()) {
                    forwarding(request).backendFailed();
                }
                super.onComplete(result);
            }
        };
    }

    /** The request's body; a failure to read it is the client's, unless it was given up because of the backend. */
    private static final class ClientContent extends ProxyRequestContent {
        private final Forwarding forwarding;
        private volatile boolean givenUp;

        ClientContent(Request request, Forwarding forwarding) {
            super(request);
            this.forwarding = forwarding;
        }

        @Override
        public Content.Chunk read() {
            Content.Chunk chunk = super.read();
            if (Content.Chunk.isFailure(chunk, true) && !givenUp) {
                forwarding.clientFailed();
            }
            return chunk;
        }

        @Override
        public void fail(Throwable failure) {
            givenUp = true;
            super.fail(failure);
        }
    }

    /** The response; a failure to write it is the client's. */
    private static final class ClientResponse extends Response.Wrapper {
        private final Forwarding forwarding;

        ClientResponse(Request request, Response response, Forwarding forwarding) {
            super(request, response);
            this.forwarding = forwarding;
        }

        @Override
        public void write(boolean last, ByteBuffer bytes, Callback callback) {
            super.write(last, bytes, new Callback.Nested(callback) {
                @Override
                public void failed(Throwable failure) {
                    forwarding.clientFailed();
                    super.failed(failure);
                }
            });
        }
    }
}
