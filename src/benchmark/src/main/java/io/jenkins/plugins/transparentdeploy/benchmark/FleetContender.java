package io.jenkins.plugins.transparentdeploy.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What brings a release to many hosts, and back again. */
interface FleetContender {
    /** How many hosts each of them works on at a time. */
    int PARALLEL = 10;

    String name();

    /** What it does, for the page. */
    String how();

    /** Programs without which it is left out. */
    List<String> needs();

    /** Brings the first release to every host, and makes the second one ready where it is released from; not measured. */
    void begin(Path first, Path second) throws IOException;

    /** Brings the second one. */
    void release(Path second) throws IOException;

    /** Goes back to the first. */
    void rollBack() throws IOException;

    /** Where what is live can be read. */
    Path live(String host);
}
