/**
 * What a directory tree holds, kept so that it can be put back: a content-addressed store of objects, and manifests
 * that say which object stands at which path.
 *
 * <p>On disk ({@link io.jenkins.plugins.transparentdeploy.engine.snapshot.StoreLayout} alone knows it):
 *
 * <pre>
 * objects/ab/cdef…   one object: 1 header byte (0 raw, 1 deflate), then the content; the name is its SHA-256
 * staging/…          what is being written; dead processes' leftovers are removed at the next opening
 * index/…            stat indexes; a cache that may be lost
 * </pre>
 *
 * <p>An object is written to {@code staging}, synced, renamed, and its directory synced; so an object that has its name
 * is whole. It is verified whenever it is read. A manifest is an object too: JSON Lines, sorted by path.
 *
 * <p>Kept of a file: path, content, mode, modification time, owner and group. Not kept: directory and link times, owners
 * of links, the identity of hard links (each name becomes a file of its own), extended attributes and ACLs. Refused:
 * sockets, pipes, devices, unreadable files, names that are not valid in this Java's file name encoding, and mount
 * points inside the tree.
 */
package io.jenkins.plugins.transparentdeploy.engine.snapshot;
