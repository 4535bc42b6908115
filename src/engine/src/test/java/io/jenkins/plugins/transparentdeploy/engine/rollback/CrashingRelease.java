package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.storage.ChildJvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs in a JVM of its own: deploys, rolls back, or releases something bad that is undone, and is killed by the kernel right after
 * a record that it writes to its journal. Prints {@code finished} when it had no such record.
 */
final class CrashingRelease {
    private static final int SIGKILL = 137;

    private CrashingRelease() {}

    /**
     * Runs one to its death. Its pid is in the file {@code jvm}, for commands that kill it.
     *
     * @param act {@code deploy}, {@code undo} or {@code rollback}
     * @param moment see {@link Moment#of}
     * @return whether it came to its end before that
     */
    static boolean run(Path root, String act, String moment) throws Exception {
        Process child = ChildJvm.start(CrashingRelease.class, List.of(root.toString(), act, moment));
        Files.writeString(root.resolve("jvm"), Long.toString(child.pid()));
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        boolean finished = output.contains("finished");
        assertThat(child.exitValue()).as(output).isEqualTo(finished ? 0 : SIGKILL);
        return finished;
    }

    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]);
        Workshop workshop = new Workshop(root).with(Files.readString(root.resolve("environment.yaml")));
        try (ManagedEnvironment environment = workshop.open(Moment.of(arguments[2], ChildJvm::killItself))) {
            switch (arguments[1]) {
                case "deploy" -> new AutoRollback(environment).deploy(root.resolve("v2"), Workshop.request("2"), false);
                case "undo" -> new AutoRollback(environment).run(root.resolve("bad"), Workshop.request("bad"));
                case "rollback" -> new Rollback(environment).to("previous", Workshop.request(""));
                default -> throw new IllegalArgumentException(arguments[1]);
            }
        }
        System.out.println("finished");
    }
}
