package io.jenkins.plugins.transparentdeploy.engine.faults;

/** How a machine may stop, and what of that which was not synced is there afterwards. */
enum Stop {
    /** The process alone died: everything. */
    KILLED,
    /** Nothing. */
    STRICT,
    /** All names, but no content. */
    NAMES,
    /** All content, but no names. */
    CONTENT,
    /**
     * Names up to a moment, as ext4 and XFS journal them: any sync brings all names before it with it. Content that was
     * not synced is lost.
     */
    JOURNALED,
    /** Any of it, in any order, writes also in half or as zeros: all that POSIX promises. */
    SHUFFLED
}
