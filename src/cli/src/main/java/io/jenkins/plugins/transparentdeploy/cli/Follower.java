package io.jenkins.plugins.transparentdeploy.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.host.ProcessRef;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;

/** Watches a run from its first event to its result. Ending this process does not end the run. */
final class Follower {
    private static final long POLL_MILLIS = 50;

    /** A worker that is gone has written its result, unless it was killed; allow for the two being seen out of order. */
    private static final int POLLS_AFTER_DEATH = 20;

    /** In bytes. */
    private static final long ENOUGH_FOR_A_RESULT = 1 << 20;

    private final RunDirectory run;
    private final Display display;
    private long offset;

    Follower(RunDirectory run, Display display) {
        this.run = run;
        this.display = display;
    }

    /** Returns when the run is over, with its exit code. */
    int follow() throws IOException, InterruptedException {
        int pollsAfterDeath = 0;
        while (true) {
            Optional<Result> result = run.result();
            showNewEvents();
            if (result.isPresent()) {
                display.result(run, result.get());
                return result.get().exitCode();
            }
            if (!isAlive() && ++pollsAfterDeath > POLLS_AFTER_DEATH) {
                Result died = Result.error("The worker of run " + run.id() + " ended without a result" + fullDisk()
                        + ". Bring its release to an end with 'tdeploy recover'.");
                display.result(run, died);
                return died.exitCode();
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private String fullDisk() throws IOException {
        return Files.getFileStore(run.path()).getUsableSpace() >= ENOUGH_FOR_A_RESULT
                ? ""
                : ", and the disk that holds " + run.path() + " is full: free some space first";
    }

    /** A worker whose start was never noted died with its starter. */
    private boolean isAlive() throws IOException {
        Optional<ProcessRef> process = run.process();
        return process.isPresent() && run.host().isRunning(process.get());
    }

    private void showNewEvents() throws IOException {
        if (!Files.exists(run.events())) {
            return;
        }
        try (RandomAccessFile file = new RandomAccessFile(run.events().toFile(), "r")) {
            byte[] fresh = new byte[(int) Math.min(1 << 20, Math.max(0, file.length() - offset))];
            file.seek(offset);
            file.readFully(fresh);
            int end = lastLineEnd(fresh);
            for (String line :
                    new String(fresh, 0, end, StandardCharsets.UTF_8).lines().toList()) {
                show(line);
            }
            offset += end;
        }
    }

    private static int lastLineEnd(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    private void show(String line) throws IOException {
        try {
            display.event(Json.MAPPER.readValue(line, ReleaseEvent.class));
        } catch (JsonProcessingException e) {
            // A newer worker may say things that this program does not know; the result will still be understood.
        }
    }
}
