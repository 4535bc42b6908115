package io.jenkins.plugins.transparentdeploy.engine.faults;

import java.io.IOException;
import java.nio.file.Path;

/** Ends this process, with nothing flushed and no hook run, right before a change. */
final class DyingProcess implements Gate {
    /** What the process ends with. */
    static final int STATUS = 137;

    private final int at;
    private int calls;

    /** @param at number of the change, from 0 */
    DyingProcess(int at) {
        this.at = at;
    }

    @Override
    public void pass(Change change, Path path) {
        if (calls++ == at) {
            Runtime.getRuntime().halt(STATUS);
        }
    }

    /**
     * Runs a scenario in a process that ends there.
     *
     * @return whether it ended, rather than finished before
     */
    static boolean run(Scenario scenario, Path world, int at) throws IOException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dsun.jnu.encoding=UTF-8",
                        "-Djava.nio.file.spi.DefaultFileSystemProvider=" + WorldProvider.class.getName(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DyingProcess.class.getName(),
                        scenario.name(),
                        world.toString(),
                        Integer.toString(at))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            int status = child.waitFor();
            if (status != 0 && status != STATUS) {
                throw new IllegalStateException("The scenario ended with " + status);
            }
            return status == STATUS;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The child: scenario, world, number of the change. */
    public static void main(String[] arguments) throws IOException {
        Scenario scenario = Scenario.valueOf(arguments[0]);
        World.enter(new World(Path.of(arguments[1]), new DyingProcess(Integer.parseInt(arguments[2])), null));
        scenario.perform(told -> {});
    }
}
