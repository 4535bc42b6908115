package io.jenkins.plugins.transparentdeploy.engine.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy.HaProxySettings;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx.NginxSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadBalancerReaderTest {
    private static LoadBalancerDefinition read(String loadBalancer) {
        return ServiceFile.parse(
                        "test.yaml",
                        """
                        service: shop
                        environments:
                          production:
                            target: {directory: "/srv/shop/{instance}"}
                            instances:
                              a: {port: 8081}
                              b: {port: 8082}
                              c: {}
                            loadBalancer: %s
                        """
                                .formatted(loadBalancer))
                .environment("production", JsonNodeFactory.instance.objectNode())
                .loadBalancer()
                .orElseThrow();
    }

    @Test
    void haProxyNeedsASocketAndABackend() {
        assertThat(read("{haproxy: {socket: /run/haproxy/admin.sock, backend: shop}}"))
                .isEqualTo(new LoadBalancerDefinition.HaProxy(new HaProxySettings(
                        "/run/haproxy/admin.sock",
                        "shop",
                        Map.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())));
        assertThat(
                        read(
                                "{haproxy: {socket: '127.0.0.1:9999', backend: shop, servers: {a: web1}, stateFile: /srv/s, balancing: random, accessLog: /var/log/haproxy.log}}"))
                .isEqualTo(new LoadBalancerDefinition.HaProxy(new HaProxySettings(
                        "127.0.0.1:9999",
                        "shop",
                        Map.of("a", "web1"),
                        Optional.of(Path.of("/srv/s")),
                        Optional.of(Balancing.RANDOM),
                        Optional.of(Path.of("/var/log/haproxy.log")))));
    }

    @Test
    void nginxReachesInstancesByTheirPorts() {
        assertThat(
                        read(
                                "{nginx: {upstreamFile: /etc/nginx/shop/upstream.conf, upstream: shop, servers: {c: '10.0.0.3:80'}}}"))
                .isEqualTo(new LoadBalancerDefinition.Nginx(new NginxSettings(
                        Path.of("/etc/nginx/shop/upstream.conf"),
                        "shop",
                        Map.of("a", "127.0.0.1:8081", "b", "127.0.0.1:8082", "c", "10.0.0.3:80"),
                        Balancing.ROUND_ROBIN,
                        List.of(),
                        Command.of("nginx", "-t"),
                        Optional.empty(),
                        Path.of("/run/nginx.pid"),
                        Optional.empty())));
        NginxSettings all = ((LoadBalancerDefinition.Nginx)
                        read(
                                """
                        {nginx: {upstreamFile: /u, upstream: shop, servers: {c: '[::1]:80'}, balancing: least-connections,
                          directives: [keepalive 16], configTest: [sudo, nginx, -t],
                          reloadCommand: [sudo, systemctl, reload, nginx], pidFile: /p, accessLog: /l}}
                        """))
                .settings();
        assertThat(all.servers().keySet()).containsExactly("a", "b", "c");
        assertThat(all.balancing()).isEqualTo(Balancing.LEAST_CONNECTIONS);
        assertThat(all.directives()).containsExactly("keepalive 16");
        assertThat(all.configTest()).isEqualTo(Command.of("sudo", "nginx", "-t"));
        assertThat(all.reload()).contains(Command.of("sudo", "systemctl", "reload", "nginx"));
        assertThat(all.pidFile()).isEqualTo(Path.of("/p"));
        assertThat(all.accessLog()).contains(Path.of("/l"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                                     | says no load balancer",
                "{nginx: {}, embedded: /s}                                              | 2 kinds of load balancer",
                "{varnish: {}}                                                          | varnish",
                "{haproxy: {backend: shop}}                                             | loadBalancer.haproxy.socket",
                "{haproxy: {socket: /s}}                                                | loadBalancer.haproxy.backend",
                "{haproxy: {socket: run/s, backend: shop}}                              | neither an absolute path nor",
                "{haproxy: {socket: 'localhost:99999', backend: shop}}                  | neither an absolute path nor",
                "{haproxy: {socket: /s, backend: 'shop;shutdown sessions'}}             | no backend",
                "{haproxy: {socket: /s, backend: shop, servers: {a: 'x y'}}}            | no server",
                "{haproxy: {socket: /s, backend: shop, servers: {a: x, b: x}}}          | same server",
                "{haproxy: {socket: /s, backend: shop, servers: {z: x}}}                | 'z', which is no instance",
                "{haproxy: {socket: /s, backend: shop, balancing: fastest}}             | no balancing 'fastest'",
                "{nginx: {upstream: shop}}                                              | loadBalancer.nginx.upstreamFile",
                "{nginx: {upstreamFile: /u}}                                            | loadBalancer.nginx.upstream",
                "{nginx: {upstreamFile: u, upstream: shop}}                             | upstreamFile",
                "{nginx: {upstreamFile: /u, upstream: shop}}                            | reaches the instance 'c'",
                "{nginx: {upstreamFile: /u, upstream: 'a { }', servers: {c: 'h:1'}}}    | cannot have an upstream",
                "{nginx: {upstreamFile: /u, upstream: shop, servers: {c: 'h:1; x'}}}    | is not host:port",
                "{nginx: {upstreamFile: /u, upstream: shop, servers: {c: 'h:1'}, directives: ['a; }']}} | cannot be a line"
            })
    void refusesWhatCannotBe(String loadBalancer, String problem) {
        assertThatThrownBy(() -> read(loadBalancer))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(problem);
    }
}
