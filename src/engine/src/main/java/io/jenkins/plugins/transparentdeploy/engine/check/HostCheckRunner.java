package io.jenkins.plugins.transparentdeploy.engine.check;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.CommandResult;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.OwnEnvironment;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks over the network from where this program runs, and runs commands on a host. */
public final class HostCheckRunner implements CheckRunner {
    private final Host host;
    private final HttpProbe http;
    private final Prometheus prometheus;
    private final LogProbe logs;

    /** @param host where the commands of {@link CommandCheck}s run; logs are counted from their beginning */
    public HostCheckRunner(Host host) {
        this(host, LogMarks.NONE);
    }

    /**
     * @param host where the commands of {@link CommandCheck}s run
     * @param marks from where on logs are counted
     */
    public HostCheckRunner(Host host, LogMarks marks) {
        this.host = host;
        HttpTransport transport = new HttpTransport();
        this.http = new HttpProbe(transport);
        this.prometheus = new Prometheus(transport);
        this.logs = new LogProbe(marks);
    }

    @Override
    public CheckResult run(Check check) throws InterruptedException {
        if (check instanceof HttpCheck c) {
            return http.ask(c);
        } else if (check instanceof TcpCheck c) {
            return ask(c);
        } else if (check instanceof PrometheusCheck c) {
            return prometheus.ask(c);
        } else if (check instanceof LogCheck c) {
            return logs.ask(c);
        } else {
            return ask((CommandCheck) check);
        }
    }

    private static CheckResult ask(TcpCheck check) throws InterruptedException {
        String address = check.host() + ":" + check.port();
        long start = System.nanoTime();
        String failure = connect(check);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        return new CheckResult(
                check.name(),
                check.kind(),
                failure.isEmpty(),
                failure.isEmpty() ? address + " accepted a connection in " + took.toMillis() + " ms" : failure,
                "connect to " + address,
                "",
                took,
                1);
    }

    /** On a thread of its own, because nothing bounds or interrupts the look-up of a name. Empty when accepted. */
    private static String connect(TcpCheck check) throws InterruptedException {
        String address = check.host() + ":" + check.port();
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            InetAddress resolved = InetAddress.getByName(check.host());
            try (SocketChannel channel = SocketChannel.open(new InetSocketAddress(resolved, check.port()))) {
                return channel.isConnected();
            }
        });
        Thread thread = new Thread(task, "check " + check.name());
        thread.setDaemon(true);
        thread.start();
        try {
            task.get(check.timeout().toNanos(), TimeUnit.NANOSECONDS);
            return "";
        } catch (TimeoutException e) {
            return address + " did not accept a connection within "
                    + check.timeout().toMillis() + " ms";
        } catch (ExecutionException e) {
            return explain(e.getCause(), address);
        } finally {
            task.cancel(true);
        }
    }

    private CheckResult ask(CommandCheck check) throws InterruptedException {
        long start = System.nanoTime();
        boolean passed = false;
        String detail;
        String output = "";
        try {
            CommandResult result = host.run(OwnEnvironment.of(check.command(), host), check.timeout());
            passed = result.succeeded();
            output = Evidence.end(result.output());
            detail = result.timedOut()
                    ? "the command was killed after " + check.timeout().toMillis() + " ms"
                    : ended(result.exitCode(), output);
        } catch (IOException | RefusedException e) {
            detail = "the command did not run: " + e.getMessage();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        String sent = Evidence.beginning(check.command().toString());
        return new CheckResult(check.name(), check.kind(), passed, detail, sent, output, took, 1);
    }

    /** A program that does not exist, or may not be executed, is told by {@code env}. */
    private static String ended(int exitCode, String output) {
        return (exitCode == 126 || exitCode == 127) && output.startsWith("env: ")
                ? "the command did not run: "
                        + output.substring("env: ".length()).strip()
                : "the command ended with exit code " + exitCode;
    }

    /** Says what a failed connection means. */
    static String explain(Throwable failure, String address) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
                return "the host of " + address + " is unknown";
            }
        }
        if (failure instanceof SocketTimeoutException) {
            return address + " did not answer in time";
        }
        if (failure instanceof ConnectException) {
            String reason = failure.getMessage();
            return reason == null || reason.contains("refused")
                    ? address + " refused the connection: nothing listens there"
                    : address + " could not be reached: " + reason;
        }
        String reason = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return address + " broke off: " + Evidence.beginning(reason);
    }
}
