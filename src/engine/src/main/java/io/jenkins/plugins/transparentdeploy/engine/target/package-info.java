/**
 * What is deployed to. A target knows how its live managed state is captured and how it is made another; it knows nothing
 * of releases, checks or rollbacks, so that going forward and going back are the same act with another manifest.
 *
 * <p>The crash protocol: everything new is staged and synced on the target's own filesystem; then the intents are
 * journaled; then each operation is one atomic system call (a rename, an unlink, a change of mode), followed by its done
 * record; then directories and journal are synced. Killed anywhere, every path is as before or as after, and applying
 * either manifest again brings exactly that state.
 */
package io.jenkins.plugins.transparentdeploy.engine.target;
