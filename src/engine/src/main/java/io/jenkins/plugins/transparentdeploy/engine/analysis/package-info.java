/**
 * Judges a release while it runs. Every interval each metric is measured; what was measured since the beginning is held
 * against its objective and its floor.
 *
 * <p>The score of a metric is {@code f = 1} at its objective or better, falls in a straight line, and is 0 at its floor
 * or worse. Service quality is their weighted mean, {@code f(x) = Σ wᵢ fᵢ(x) / Σ wᵢ}. A service that missed an objective
 * before the deployment already is measured against what it was, plus a tenth: a release is not to blame for what it
 * found. When even that is beyond the floor, the floor gives way by the distance it had.
 *
 * <p>A release <em>fails</em> at once when a metric is certainly so bad that it cannot pass
 * ({@link io.jenkins.plugins.transparentdeploy.engine.analysis.Judge} says when that is). It <em>passes</em> from the end of
 * the window on, with enough samples of every metric, none beyond its floor, and a quality of at least the pass score. What
 * is short of that is <em>held</em>: watched until the deadline, where what cannot be said is inconclusive. No data is never
 * a pass.
 */
package io.jenkins.plugins.transparentdeploy.engine.analysis;
