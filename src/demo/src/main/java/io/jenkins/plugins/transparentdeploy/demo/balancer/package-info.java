/** Real load balancers, started for a while with files of their own, for the demonstration and the benchmarks. */
package io.jenkins.plugins.transparentdeploy.demo.balancer;
