/**
 * The service file: what a service is, per environment. YAML, a step's parameters and a release record's resolved copy
 * are all read by the same code into the same model; an unknown key is an error that names the nearest known one.
 */
package io.jenkins.plugins.transparentdeploy.engine.service;
