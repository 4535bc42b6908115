/**
 * What administrators say about services once, for all jobs: where their state is, and which secrets {@code tdeploy}
 * gets for them. Ready for configuration as code, under {@code unclassified: transparentDeploy}.
 */
package io.jenkins.plugins.transparentdeploy.configuration;
