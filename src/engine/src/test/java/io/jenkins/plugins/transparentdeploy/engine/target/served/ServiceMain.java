package io.jenkins.plugins.transparentdeploy.engine.target.served;

import java.nio.file.Path;
import java.time.Clock;

/** The service as a process of its own, run from the class path of the tests: {@code host-service --state-dir DIR}. */
final class ServiceMain {
    private ServiceMain() {}

    public static void main(String[] args) throws Exception {
        TargetService.serve(System.in, System.out, Path.of(args[2]), Clock.systemUTC());
    }

    /** How it is run by this machine's own java. */
    static ServiceProgram program() {
        return new ServiceProgram(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                System.getProperty("java.class.path"),
                ServiceMain.class.getName());
    }
}
