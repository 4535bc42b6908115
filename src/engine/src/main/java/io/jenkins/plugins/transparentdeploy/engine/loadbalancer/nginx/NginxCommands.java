package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.CommandResult;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The commands that nginx is steered by. Each throws an {@link InterruptedIOException} when its thread is interrupted. */
final class NginxCommands {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String TEST = "-t";
    private static final String TEST_AND_DUMP = "-T";

    private final NginxSettings settings;
    private final Host host;
    private final Duration timeout;

    NginxCommands(NginxSettings settings, Host host) {
        this(settings, host, TIMEOUT);
    }

    /** @param timeout for each */
    NginxCommands(NginxSettings settings, Host host, Duration timeout) {
        this.settings = settings;
        this.host = host;
        this.timeout = timeout;
    }

    /** @throws RefusedException when nginx would not take its configuration; it says what nginx says */
    void test() throws IOException {
        CommandResult result = run(settings.configTest());
        if (!result.succeeded()) {
            throw new RefusedException(
                    "nginx does not take its configuration: " + said(settings.configTest(), result),
                    "Mend what it names, and see that '" + settings.configTest() + "' works for this user");
        }
    }

    /**
     * @throws RefusedException when the command fails, and nginx was not told
     * @throws IOException when the command does not end: nginx may have been told
     */
    void reload(long master) throws IOException {
        Command reload = settings.reload().orElseGet(() -> Command.shell("kill -HUP " + master));
        CommandResult result = run(reload);
        if (result.timedOut()) {
            throw new IOException("'" + reload + "' did not end within " + timeout.toSeconds()
                    + " s, so it is not known whether nginx was told to reload");
        }
        if (!result.succeeded()) {
            throw new RefusedException(
                    "nginx could not be told to reload: " + said(reload, result),
                    settings.reload().isPresent()
                            ? "See that '" + reload + "' works for this user"
                            : "Name a command that this user may run as 'reloadCommand', such as [sudo, systemctl, reload, nginx]");
        }
    }

    /**
     * The lines of nginx's whole configuration, and of the comments that name its files, that hold one of the texts; empty
     * when the test command cannot be made to print it.
     */
    Optional<List<String>> grep(String pattern) throws IOException {
        List<String> words = settings.configTest().argv();
        if (!words.contains(TEST)) {
            return Optional.empty();
        }
        // The rest of it may hold secrets, and is not even read.
        List<String> argv =
                new ArrayList<>(List.of("sh", "-c", "p=$1; shift; \"$@\" 2>/dev/null | grep -E \"$p\"", "sh", pattern));
        words.stream().map(word -> word.equals(TEST) ? TEST_AND_DUMP : word).forEach(argv::add);
        CommandResult result = run(new Command(
                argv, settings.configTest().environment(), settings.configTest().directory()));
        return result.succeeded() ? Optional.of(result.output().lines().toList()) : Optional.empty();
    }

    private CommandResult run(Command command) throws IOException {
        try {
            return host.run(command, timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("Interrupted while '" + command + "' ran");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private static String said(Command command, CommandResult result) {
        if (result.timedOut()) {
            return "'" + command + "' did not end in " + TIMEOUT.toSeconds() + " s";
        }
        Stream<String> lines = result.output().lines().filter(line -> !line.isBlank());
        return lines.findFirst().orElse("'" + command + "' ended with " + result.exitCode());
    }
}
