/** Keeping deployments out of an environment, and taking them again: told to the host where it lives, which decides. */
package io.jenkins.plugins.transparentdeploy.freeze;
