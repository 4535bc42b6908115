package io.jenkins.plugins.transparentdeploy.engine.service;

import io.jenkins.plugins.transparentdeploy.engine.analysis.AnalysisSpec;

/**
 * How a release is judged while it runs.
 *
 * @param keepWhenInconclusive whether a release that could not be judged by the deadline stays; otherwise it is rolled
 *     back
 */
public record AnalysisDefinition(AnalysisSpec spec, boolean keepWhenInconclusive) {}
