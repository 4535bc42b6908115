package io.jenkins.plugins.transparentdeploy.engine.faults;

import io.jenkins.plugins.transparentdeploy.engine.journal.JournalHead;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;

/**
 * What whoever asked for a release has been told.
 *
 * @param record how the release ended
 * @param head the journal's head at that time
 */
record Acknowledgement(ReleaseRecord record, JournalHead head) {}
