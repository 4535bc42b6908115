/**
 * How many instances a service needs. A {@link io.jenkins.plugins.transparentdeploy.engine.scaling.ScalingRule} is pure
 * arithmetic: by demand, {@code desired = ceil(load / capacity)}; by performance,
 * {@code desired = ceil(active · value / objective)}, as the Kubernetes horizontal pod autoscaler computes it. A
 * {@link io.jenkins.plugins.transparentdeploy.engine.scaling.LoadMeter} looks. Starting and stopping is not done here.
 */
package io.jenkins.plugins.transparentdeploy.engine.scaling;
