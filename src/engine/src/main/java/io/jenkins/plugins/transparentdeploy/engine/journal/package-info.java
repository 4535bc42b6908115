/**
 * The journal: {@code S = S0 + O1 + O2 + … + On} as a file. Every operation is written as an intent, with the state
 * before, and synced, before it is done; a done record follows it. So whatever a crash interrupts, the next opener knows
 * what may have happened, and can finish it or undo it.
 *
 * <p>One chain per service and environment, cut into one segment file per release run, {@code 000001-<release>.jsonl}.
 * A line is one JSON object that ends with {@code ,"hash":"<SHA-256>"}}; the hash is over the line's UTF-8 bytes before
 * that {@code ,"hash":}, among which {@code "previous":"<hash of the record before>"} chains them, across segments too
 * (the first record's is 64 zeros). {@code seq} counts from 1 and goes on across segments.
 *
 * <p>Intents and states are synced when their writer goes on; done records and notes with the next sync. Threads that
 * sync at the same time share one. What a stop leaves at the end of the last segment, half a line or one with zeros in it
 * and what is behind it, is torn: nobody was told that it is there, and the next opener sets it aside; unless it lies before
 * what was durable at the last closing ({@code checkpoint.json}), or a done record behind it has its intent behind it too.
 * Anything else that is not as it was written is damage, and nothing goes on with it.
 *
 * <p>Callers scrub: no text with a secret in it may be given to a journal.
 */
package io.jenkins.plugins.transparentdeploy.engine.journal;
