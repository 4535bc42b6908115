package io.jenkins.plugins.transparentdeploy.benchmark;

import java.io.IOException;
import java.nio.file.Path;

/** What is kept, lost and brought back in a benchmark. */
interface SampleTree {
    /** Of its heading. */
    String title();

    /** How many files it has. */
    int files();

    /** Writes the tree to a directory that is not there yet. @return bytes of content */
    long writeTo(Path root) throws IOException;

    /** Changes one file of a hundred, others each round, and the same ones in every copy of the tree. */
    void change(Path root, int round) throws IOException;
}
