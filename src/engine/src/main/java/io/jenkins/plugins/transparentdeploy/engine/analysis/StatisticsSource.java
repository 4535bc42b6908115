package io.jenkins.plugins.transparentdeploy.engine.analysis;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.io.IOException;

/** Where traffic metrics come from: {@code balancer::statistics}. */
@FunctionalInterface
public interface StatisticsSource {
    /** @throws IOException when it cannot be read now; the interval then has no data */
    TrafficStatistics read() throws IOException;
}
