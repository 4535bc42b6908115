package io.jenkins.plugins.transparentdeploy.engine.analysis;

import java.io.IOException;

/** Is told every sample when it is taken. */
@FunctionalInterface
public interface SampleListener {
    /** @throws IOException which ends the analysis: a verdict whose samples are not kept cannot be explained */
    void sampled(Sample sample) throws IOException;
}
