/**
 * {@code tdeploy}: the engine as a process. A command writes a request into a run directory and starts a detached
 * worker that carries it out; it then only watches, as does whoever attaches later. Request, events and result are
 * JSON on files, so that the worker outlives its starter, the connection and the controller.
 */
package io.jenkins.plugins.transparentdeploy.cli;
