package io.jenkins.plugins.transparentdeploy.engine.journal;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/** One line of a journal. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = JournalRecord.Intent.class, name = "intent"),
    @JsonSubTypes.Type(value = JournalRecord.Done.class, name = "done"),
    @JsonSubTypes.Type(value = JournalRecord.Abandoned.class, name = "abandoned"),
    @JsonSubTypes.Type(value = JournalRecord.State.class, name = "state"),
    @JsonSubTypes.Type(value = JournalRecord.Note.class, name = "note")
})
public sealed interface JournalRecord {
    /** Position in the chain, from 1. */
    long seq();

    /** When it was written. */
    Instant at();

    /** Hash of the record before; 64 zeros for the first. */
    String previous();

    /** Hash of this one. */
    String hash();

    /**
     * An operation that is going to be done.
     *
     * @param seq position in the chain
     * @param at when it was written
     * @param operation what will be done
     * @param previous hash of the record before
     * @param hash hash of this one
     */
    @JsonPropertyOrder({"seq", "at", "operation", "previous", "hash"})
    record Intent(long seq, Instant at, Operation operation, String previous, String hash) implements JournalRecord {}

    /**
     * An operation that was done.
     *
     * @param seq position in the chain
     * @param at when it was written
     * @param intent {@code seq} of its intent
     * @param previous hash of the record before
     * @param hash hash of this one
     */
    @JsonPropertyOrder({"seq", "at", "intent", "previous", "hash"})
    record Done(long seq, Instant at, long intent, String previous, String hash) implements JournalRecord {}

    /**
     * An operation that was not done and will not be: a crash came between, and the next opener went another way.
     *
     * @param seq position in the chain
     * @param at when it was written
     * @param intent {@code seq} of its intent
     * @param previous hash of the record before
     * @param hash hash of this one
     */
    @JsonPropertyOrder({"seq", "at", "intent", "previous", "hash"})
    record Abandoned(long seq, Instant at, long intent, String previous, String hash) implements JournalRecord {}

    /**
     * A state that the release has come to.
     *
     * @param seq position in the chain
     * @param at when it was written
     * @param state its name
     * @param reason why, for people; may be empty
     * @param previous hash of the record before
     * @param hash hash of this one
     */
    @JsonPropertyOrder({"seq", "at", "state", "reason", "previous", "hash"})
    record State(long seq, Instant at, String state, String reason, String previous, String hash)
            implements JournalRecord {}

    /**
     * Something worth knowing.
     *
     * @param seq position in the chain
     * @param at when it was written
     * @param text for people
     * @param previous hash of the record before
     * @param hash hash of this one
     */
    @JsonPropertyOrder({"seq", "at", "text", "previous", "hash"})
    record Note(long seq, Instant at, String text, String previous, String hash) implements JournalRecord {}
}
