/**
 * Rolling back by a click, and promoting. Neither is a build: {@link
 * io.jenkins.plugins.transparentdeploy.rollback.UndertakingTask}
 * is a task of its own that needs no executor, no workspace, no Git and no Jenkinsfile, and starts nothing downstream. It
 * follows a detached run on the service's host and is persisted, so that it goes on after a restart.
 */
package io.jenkins.plugins.transparentdeploy.rollback;
