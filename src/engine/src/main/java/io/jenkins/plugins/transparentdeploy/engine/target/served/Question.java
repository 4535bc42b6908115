package io.jenkins.plugins.transparentdeploy.engine.target.served;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestPatch;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the control machine asks. Each has one answer, and is safe to ask again. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "ask")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Question.Open.class, name = "open"),
    @JsonSubTypes.Type(value = Question.Check.class, name = "check"),
    @JsonSubTypes.Type(value = Question.Claim.class, name = "claim"),
    @JsonSubTypes.Type(value = Question.Space.class, name = "space"),
    @JsonSubTypes.Type(value = Question.Capture.class, name = "capture"),
    @JsonSubTypes.Type(value = Question.TakeManifest.class, name = "take-manifest"),
    @JsonSubTypes.Type(value = Question.Lacking.class, name = "lacking"),
    @JsonSubTypes.Type(value = Question.TakeObjects.class, name = "take-objects"),
    @JsonSubTypes.Type(value = Question.GiveManifest.class, name = "give-manifest"),
    @JsonSubTypes.Type(value = Question.GiveObjects.class, name = "give-objects"),
    @JsonSubTypes.Type(value = Question.Plan.class, name = "plan"),
    @JsonSubTypes.Type(value = Question.Apply.class, name = "apply"),
    @JsonSubTypes.Type(value = Question.Drift.class, name = "drift"),
    @JsonSubTypes.Type(value = Question.Prune.class, name = "prune"),
    @JsonSubTypes.Type(value = Question.Forget.class, name = "forget")
})
sealed interface Question {
    /**
     * The first: which target, and who asks. Waits for what an earlier exchange has begun.
     *
     * @param controller the host id of the control machine
     * @param controllerName what people call it
     * @param takeOver whether it may take the target from another control machine
     */
    record Open(Place place, String controller, String controllerName, boolean takeOver) implements Question {}

    /** Whether it could be deployed to. */
    record Check() implements Question {}

    /**
     * To forget the content that none of these manifests needs, with what other targets here said that they need. Where
     * somebody else is at work, nothing is forgotten.
     */
    record Forget(Set<ContentId> needed) implements Question {}

    /** To belong to who asks, from now on. */
    record Claim() implements Question {}

    /** Whether so many bytes fit. */
    record Space(long bytes) implements Question {}

    /** What is live; all of it is in the host's store then. */
    record Capture() implements Question {}

    /** A manifest, for later questions. */
    record TakeManifest(ManifestPatch patch) implements Question {}

    /** Which of these objects the host has not. */
    record Lacking(List<ContentId> objects) implements Question {}

    /** Objects; a parcel follows. */
    record TakeObjects(Set<ContentId> objects) implements Question {}

    /** What a manifest is, said by one that the control machine has. */
    record GiveManifest(Optional<ContentId> base, ContentId manifest) implements Question {}

    /** Objects; a parcel follows the answer. */
    record GiveObjects(Set<ContentId> objects) implements Question {}

    /** What making this live would change. */
    record Plan(ContentId wanted) implements Question {}

    /** To make this live. */
    record Apply(String instance, ContentId wanted, String releaseId) implements Question {}

    /** What is live that none of these says. */
    record Drift(List<ContentId> acceptable) implements Question {}

    /** To remove the oldest release directories but these. */
    record Prune(String instance, Set<String> retained) implements Question {}
}
