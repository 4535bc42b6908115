package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import java.net.URI;
import java.util.OptionalLong;

/**
 * A backend as it is now.
 *
 * @param name unique within the load balancer
 * @param address where its requests go
 * @param weight its share of new requests relative to the others'; 0 when drained
 * @param inFlight requests it was given and that are not answered to the last byte; empty when the
 *     load balancer does not count them for each
 */
public record BackendStatus(String name, URI address, int weight, OptionalLong inFlight) {}
