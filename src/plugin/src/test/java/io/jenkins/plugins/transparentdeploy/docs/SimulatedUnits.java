package io.jenkins.plugins.transparentdeploy.docs;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Stands in for systemd, which does not run where tests do: a script that is {@code systemctl} on each address of an {@code
 * Sshd}. What it starts is a real nginx on that address, which serves the release that is current when it starts.
 */
final class SimulatedUnits implements AutoCloseable {
    private static final String SYSTEMCTL =
            """
            #!/bin/sh
            for verb; do case $verb in show|restart|stop|kill|reset-failed) break ;; esac; done
            address=${SSH_CONNECTION% *} address=${address##* }
            place=@root@/srv/$address
            pid=$place/nginx.pid
            running() { [ -s "$pid" ] && kill -0 "$(cat "$pid")" 2>/dev/null; }
            end() {
              running || return 0
              kill -TERM "$(cat "$pid")"
              while running; do sleep 0.05; done
            }
            case $verb in
              show)
                echo LoadState=loaded
                echo NeedDaemonReload=no
                if running; then printf 'ActiveState=active\nSubState=running\nMainPID=%s\n' "$(cat "$pid")"
                else printf 'ActiveState=inactive\nSubState=dead\nMainPID=0\n'; fi ;;
              restart)
                end
                cat > "$place/nginx.conf" <<END
            $([ "$(id -u)" != 0 ] || echo "user root root;")
            worker_processes 1;
            pid $pid;
            error_log $place/error.log;
            events { worker_connections 512; }
            http {
              access_log off;
              client_body_temp_path $place/body;
              proxy_temp_path $place/proxy;
              fastcgi_temp_path $place/fastcgi;
              uwsgi_temp_path $place/uwsgi;
              scgi_temp_path $place/scgi;
              server { listen $address:@port@; root $(readlink -f "$place/shop/current"); }
            }
            END
                nginx -c "$place/nginx.conf" < /dev/null > "$place/start.log" 2>&1 ;;
              stop | kill) end ;;
            esac
            """;

    private final Path root;
    private final List<String> addresses;
    private final int port;
    private final Path systemctl;

    /** @param root gets {@code systemctl}, and below {@code srv} a directory for each address, with an empty one for the shop */
    SimulatedUnits(Path root, List<String> addresses) throws IOException {
        this.root = root;
        this.addresses = addresses;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        for (String address : addresses) {
            Files.createDirectories(root.resolve("srv").resolve(address).resolve("shop/shared/logs"));
        }
        systemctl = Files.writeString(
                root.resolve("systemctl"),
                SYSTEMCTL.replace("@root@", root.toString()).replace("@port@", Integer.toString(port)));
        if (!systemctl.toFile().setExecutable(true)) {
            throw new IOException(systemctl + " cannot be made executable");
        }
    }

    Path systemctl() {
        return systemctl;
    }

    int port() {
        return port;
    }

    /** The file of what is current there. */
    Path current(String address, String file) {
        return root.resolve("srv").resolve(address).resolve("shop/current").resolve(file);
    }

    @Override
    public void close() throws IOException {
        for (String address : addresses) {
            Path pid = root.resolve("srv").resolve(address).resolve("nginx.pid");
            if (Files.exists(pid)) {
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(nginx -> {
                    List<ProcessHandle> workers = nginx.descendants().toList();
                    nginx.destroyForcibly();
                    workers.forEach(ProcessHandle::destroyForcibly);
                });
            }
        }
    }
}
