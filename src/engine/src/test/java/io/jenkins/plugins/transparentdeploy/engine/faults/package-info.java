/**
 * What a disk can do to this program. A child JVM is started with {@link
 * io.jenkins.plugins.transparentdeploy.engine.faults.WorldProvider} as its default file system, so that every call of
 * {@code java.nio.file} goes through it, whoever makes it, and nothing in the engine knows. Everything below {@code /world}
 * is really in another directory, so that one engine can be let loose on many worlds.
 *
 * <p>A scenario is run once and each of its changes to the disk is recorded. Then, for every prefix of the record, states
 * are made in which a machine could be found after a stop there, the engine is let loose on each, and must find its way.
 * The method is that of ALICE (Pillai et al., OSDI 2014): what was synced is there; what was not may be, in any order.
 * Other runs fail a call with an error, flip bytes, or end the process for real.
 */
package io.jenkins.plugins.transparentdeploy.engine.faults;
