package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.CommandResult;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.HostFiles;
import io.jenkins.plugins.transparentdeploy.engine.host.ProcessRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A command of which only one runs at a time. Commands outlive whoever waits for them: what a process that died has left
 * running would go on changing what is changed now, so it is ended before the next one begins. For those who hold the lock:
 * they know that nobody waits for it.
 */
final class SoleCommand {
    /** How far apart a process's start and the writing of its pid may be for the two to belong together. */
    private static final Duration PID_TOLERANCE = Duration.ofSeconds(5);

    private static final Pattern PID = Pattern.compile("[1-9][0-9]{0,17}");
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Host host;
    private final Path pidFile;

    /** @param pidFile where the command that runs writes its pid before it becomes the command */
    SoleCommand(Host host, Path pidFile) {
        this.host = host;
        this.pidFile = pidFile;
    }

    /** Runs it as {@link Host#run} does; nothing else is left running then. */
    CommandResult run(Command command, Duration timeout) throws IOException, InterruptedException {
        HostFiles files = host.files();
        files.createDirectories(pidFile.getParent());
        List<String> argv =
                new ArrayList<>(List.of("/bin/sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", pidFile.toString()));
        argv.addAll(command.argv());
        try {
            return host.run(new Command(argv, command.environment(), command.directory()), timeout);
        } finally {
            files.delete(pidFile);
        }
    }

    /**
     * Ends what was left running. Idempotent.
     *
     * @return whether something was
     */
    boolean endLeftOver() throws IOException, InterruptedException {
        HostFiles files = host.files();
        Optional<byte[]> pid = files.read(pidFile);
        Optional<Instant> written = files.modified(pidFile);
        if (pid.isEmpty() || written.isEmpty()) {
            return false;
        }
        String text = new String(pid.get(), StandardCharsets.UTF_8).strip();
        Optional<ProcessRef> left = PID.matcher(text).matches() ? host.find(Long.parseLong(text)) : Optional.empty();
        boolean running = left.filter(process -> Duration.between(process.startedAt(), written.get())
                                .abs()
                                .compareTo(PID_TOLERANCE)
                        < 0)
                .isPresent();
        if (running) {
            host.stop(left.get(), GRACE);
        }
        files.delete(pidFile);
        return running;
    }
}
