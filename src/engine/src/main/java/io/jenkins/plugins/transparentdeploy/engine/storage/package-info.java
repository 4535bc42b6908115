/**
 * Files that survive: atomic durable writes, append-only files, and locks that the operating system releases when their
 * holder dies. The protocol of every write is the same: a temporary file in the same directory, fsync, close, rename,
 * fsync of the directory. Everything is non-null unless it says otherwise.
 */
package io.jenkins.plugins.transparentdeploy.engine.storage;
