package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** nginx's processes, as the operating system shows them: it writes what each does into its command line. */
final class NginxProcess {
    private static final String MASTER = "nginx: master process";
    private static final String WORKER = "nginx: worker process";
    private static final String LEAVING = WORKER + " is shutting down";

    private final Path pidFile;
    private final Path proc;

    NginxProcess(Path pidFile) {
        this(pidFile, Path.of("/proc"));
    }

    NginxProcess(Path pidFile, Path proc) {
        this.pidFile = pidFile.toAbsolutePath();
        this.proc = proc;
    }

    /**
     * The master's process id.
     *
     * @throws IOException when it does not run
     */
    long master() throws IOException {
        long pid;
        try {
            pid = Long.parseLong(Files.readString(pidFile).strip());
        } catch (NoSuchFileException | NumberFormatException e) {
            throw new IOException(
                    "nginx does not run: there is no process id in " + pidFile
                            + ". Start it, or name its 'pid' file as 'pidFile'.",
                    e);
        }
        String title = title(pid);
        if (title.startsWith("nginx") && !title.startsWith(MASTER)) {
            throw new RefusedException(
                    "nginx (process " + pid + ") runs without a master process, and cannot reload its configuration",
                    "Remove 'master_process off' from its configuration");
        }
        if (!title.startsWith(MASTER)) {
            throw new IOException("nginx does not run: " + pidFile + " names the process " + pid
                    + ", which is none of nginx's. Start it, or name its 'pid' file as 'pidFile'.");
        }
        return pid;
    }

    /** @throws IOException when the master does not run */
    Workers workers() throws IOException {
        List<Workers.Worker> workers = new ArrayList<>();
        for (ProcessHandle child : ProcessHandle.of(master())
                .map(handle -> handle.children().toList())
                .orElse(List.of())) {
            String title = title(child.pid());
            Optional<Instant> start = child.info().startInstant();
            if (title.startsWith(WORKER) && start.isPresent()) {
                workers.add(new Workers.Worker(child.pid(), start.get().toString(), title.startsWith(LEAVING)));
            }
        }
        return new Workers(workers);
    }

    /** "" for one that is gone. */
    private String title(long pid) {
        try {
            return new String(
                            Files.readAllBytes(proc.resolve(Long.toString(pid)).resolve("cmdline")),
                            StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ')
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }
}
