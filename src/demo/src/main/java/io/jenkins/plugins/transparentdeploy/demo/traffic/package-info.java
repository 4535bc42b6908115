/**
 * Measures the promise: requests that failed or were slow because of releases and rollbacks, through real load balancers.
 * See {@code docs/benchmarks.md}.
 */
package io.jenkins.plugins.transparentdeploy.demo.traffic;
