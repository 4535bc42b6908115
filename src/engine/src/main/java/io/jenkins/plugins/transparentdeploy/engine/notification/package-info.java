/**
 * Telling others what happened. A notice is written to an outbox before anybody tries to send it, sent in the background,
 * again and again until it is taken, by this process or by the next one. Nothing here can fail a release, or hold it up.
 */
package io.jenkins.plugins.transparentdeploy.engine.notification;
