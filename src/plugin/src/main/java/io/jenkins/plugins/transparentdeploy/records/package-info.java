/**
 * What Jenkins keeps of releases: in each build's artifacts, in the build itself ({@link
 * io.jenkins.plugins.transparentdeploy.records.ReleaseAction}), and, independent of jobs, under {@code
 * transparent-deploy/services} in Jenkins's home ({@link
 * io.jenkins.plugins.transparentdeploy.records.ReleaseHistory}). The host's own records are the truth; these are what
 * was last heard of it.
 */
package io.jenkins.plugins.transparentdeploy.records;
