package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs in a JVM of its own: deploys, rolls back, or releases something bad that is undone, and is killed by the kernel right after the n-th record that it
 * writes to its journal. Prints {@code finished} when it had fewer records than that.
 */
final class CrashingRelease {
    private CrashingRelease() {}

    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]);
        int killAt = Integer.parseInt(arguments[2]);
        Workshop workshop = new Workshop(root).with(Files.readString(root.resolve("environment.yaml")));
        try (ManagedEnvironment environment = workshop.open(killingAt(killAt))) {
            switch (arguments[1]) {
                case "deploy" -> new AutoRollback(environment).deploy(root.resolve("v2"), Workshop.request("2"), false);
                case "undo" -> new AutoRollback(environment).run(root.resolve("bad"), Workshop.request("bad"));
                case "rollback" -> new Rollback(environment).to("previous", Workshop.request(""));
                default -> throw new IllegalArgumentException(arguments[1]);
            }
        }
        System.out.println("finished");
    }

    private static JournalObserver killingAt(int number) {
        AtomicInteger records = new AtomicInteger();
        return record -> {
            if (records.incrementAndGet() == number) {
                kill();
            }
        };
    }

    private static void kill() {
        try {
            new ProcessBuilder(
                            "kill", "-9", Long.toString(ProcessHandle.current().pid()))
                    .start();
            new CountDownLatch(1).await();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
