/**
 * Everything a service file can say about an environment, as things a Jenkinsfile can say: each is a {@link
 * io.jenkins.plugins.transparentdeploy.settings.Setting} with a symbol and renders itself in the service file's form.
 * What it means, and whether it is right, is decided in one place only: where service files are read.
 */
package io.jenkins.plugins.transparentdeploy.settings;
