package io.jenkins.plugins.transparentdeploy.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jenkins.agents.ControllerToAgentCallable;

/**
 * Starts a detached run, once for a key: who lost the answer, because the controller went down or the connection broke,
 * asks again with the same key and gets it. A file {@code submissions/<key>} in the state directory, made before the
 * run and filled in after it, remembers; if the agent went down in between, the run is found by the key in its request.
 *
 * @param key unique text that can be a file name
 * @param begin whether to start it; else it is only looked for
 */
record SubmitRun(
        String jar, @CheckForNull String stateDirectory, String key, String request, Variables variables, boolean begin)
        implements ControllerToAgentCallable<SubmitRun.Reply, IOException> {
    private static final Pattern DIRECTORY = Pattern.compile("\"directory\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)+)\"");
    private static final Pattern SERVICE = Pattern.compile("\"service\"\\s*:\\s*\"([^\"]+)\"");
    /** Longer than a submission can take: one that is not filled in by then was cut off. */
    private static final Duration LONGEST_SUBMISSION = Duration.ofMinutes(5);

    private static final int LOOKED_AT = 1000;
    /** Until then a run that has no process may still get one. */
    private static final Duration LONGEST_START = Duration.ofMinutes(1);

    private static final Duration REMEMBERED = Duration.ofDays(30);

    /**
     * @param directory of the run, or null if there is none (yet)
     * @param service whose run it is, or null
     * @param exitCode of the submission; 0 without a directory: ask again; {@link #NOT_BEGUN}
     * @param answer of a submission that failed: JSON, or whatever was printed
     */
    record Reply(@CheckForNull String directory, @CheckForNull String service, int exitCode, String answer)
            implements Serializable {
        /** There is none, and none was to be started. */
        static final int NOT_BEGUN = -1;
    }

    @Override
    public Reply call() throws IOException {
        Path state = AgentPaths.stateDirectory(stateDirectory);
        Path submissions = Files.createDirectories(state.resolve("submissions"));
        Path submission = submissions.resolve(key);
        if (!begin && !Files.exists(submission)) {
            return new Reply(null, null, Reply.NOT_BEGUN, "");
        }
        try {
            Files.createFile(submission);
        } catch (FileAlreadyExistsException e) {
            return answeredBefore(state, submission);
        }
        forgetOld(submissions);
        TdeployProcess.Answer answer =
                TdeployProcess.call(jar, List.of("submit", "--state-dir", state.toString()), request, variables);
        Matcher directory = DIRECTORY.matcher(answer.json());
        if (answer.exitCode() != 0 || !directory.find()) {
            Optional<Path> begun = begun(state);
            if (begun.isPresent()) {
                return fill(submission, begun.get().toString());
            }
            Files.delete(submission);
            return new Reply(
                    null,
                    null,
                    answer.exitCode() == 0 ? 1 : answer.exitCode(),
                    answer.json().isEmpty() ? answer.output() : answer.json());
        }
        String run = directory.group(1).replaceAll("\\\\(.)", "$1");
        return fill(submission, run);
    }

    private Reply fill(Path submission, String run) throws IOException {
        Path filled = submission.resolveSibling(key + ".tmp");
        Files.writeString(filled, run, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.SYNC);
        Files.move(filled, submission, StandardCopyOption.ATOMIC_MOVE);
        return found(run);
    }

    private Reply answeredBefore(Path state, Path submission) throws IOException {
        String run = Files.readString(submission);
        if (!run.isEmpty()) {
            return found(run);
        }
        Duration age = Duration.between(Files.getLastModifiedTime(submission).toInstant(), Instant.now());
        Optional<Path> begun = begun(state);
        if (begun.isPresent()) {
            boolean started = Files.exists(begun.get().resolve("process.json"));
            if (started || age.compareTo(LONGEST_START) > 0) {
                return fill(submission, begun.get().toString());
            }
        } else if (age.compareTo(LONGEST_SUBMISSION) > 0) {
            Files.delete(submission);
        }
        return new Reply(null, null, 0, "");
    }

    /** The run that was made for this, by a submission whose answer was lost. */
    private Optional<Path> begun(Path state) throws IOException {
        Path runs = state.resolve("runs");
        if (!Files.isDirectory(runs)) {
            return Optional.empty();
        }
        try (Stream<Path> all = Files.list(runs)) {
            // It is among the last ones.
            for (Path run :
                    all.sorted(Comparator.reverseOrder()).limit(LOOKED_AT).toList()) {
                Path file = run.resolve("request.json");
                if (Files.exists(file) && Files.readString(file).contains(key)) {
                    return Optional.of(run);
                }
            }
        }
        return Optional.empty();
    }

    private static Reply found(String run) throws IOException {
        Matcher service = SERVICE.matcher(Files.readString(Path.of(run, "request.json")));
        return new Reply(run, service.find() ? service.group(1) : null, 0, "");
    }

    private static void forgetOld(Path submissions) throws IOException {
        Instant oldest = Instant.now().minus(REMEMBERED);
        try (Stream<Path> all = Files.list(submissions)) {
            for (Path old : (Iterable<Path>) all::iterator) {
                if (Files.getLastModifiedTime(old).toInstant().isBefore(oldest)) {
                    Files.deleteIfExists(old);
                }
            }
        }
    }
}
