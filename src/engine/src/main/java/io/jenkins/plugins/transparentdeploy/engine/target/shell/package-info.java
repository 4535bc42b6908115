/**
 * A target of releases on a host without Java, of which only a POSIX shell is needed. The scripts are resources of this
 * package. Each runs in one exchange, and all that it changes is one rename out of a directory that the first exchange of a
 * change makes, or into it: whoever comes next removes that directory first, so that what a broken connection left running
 * can end nothing any more.
 *
 * <p>What is on the host is proven by a digest that it computes of a whole tree; only where that is not the expected one is
 * the tree listed.
 */
package io.jenkins.plugins.transparentdeploy.engine.target.shell;
