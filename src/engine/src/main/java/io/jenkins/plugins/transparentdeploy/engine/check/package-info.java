/**
 * Questions put to a running service from outside: does this address answer, with that, in time? A
 * {@link io.jenkins.plugins.transparentdeploy.engine.check.Check} is a value that says what to ask and what is a good
 * answer; a {@link io.jenkins.plugins.transparentdeploy.engine.check.CheckRunner} asks it once, bounded in time, and
 * keeps what was sent and what came. Smoke tests ask many, in parallel, with retries; a ready check asks one until the
 * answer is steady.
 */
package io.jenkins.plugins.transparentdeploy.engine.check;
