package io.jenkins.plugins.transparentdeploy.engine.journal;

/** Learns of every record right after it was written: synced if it is an intent or a state, else appended. */
@FunctionalInterface
public interface JournalObserver {
    /** Learns nothing. */
    JournalObserver NONE = record -> {};

    /** Called by the thread that wrote, which holds the journal: be quick, and do not write to it. */
    void recorded(JournalRecord record);
}
