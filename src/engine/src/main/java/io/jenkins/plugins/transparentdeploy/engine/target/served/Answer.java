package io.jenkins.plugins.transparentdeploy.engine.target.served;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Obstacle;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestPatch;
import java.util.List;

/** What the host says. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "answer")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Answer.Done.class, name = "done"),
    @JsonSubTypes.Type(value = Answer.Checked.class, name = "checked"),
    @JsonSubTypes.Type(value = Answer.State.class, name = "state"),
    @JsonSubTypes.Type(value = Answer.Objects.class, name = "objects"),
    @JsonSubTypes.Type(value = Answer.ManifestIs.class, name = "manifest"),
    @JsonSubTypes.Type(value = Answer.Changes.class, name = "changes"),
    @JsonSubTypes.Type(value = Answer.Drifts.class, name = "drifts"),
    @JsonSubTypes.Type(value = Answer.Removed.class, name = "removed"),
    @JsonSubTypes.Type(value = Answer.Failed.class, name = "failed")
})
sealed interface Answer {
    /** That is done, or so. */
    record Done() implements Answer {}

    /** It could be deployed to. @param warnings what a person should know before */
    record Checked(List<String> warnings) implements Answer {
        public Checked {
            warnings = List.copyOf(warnings);
        }
    }

    /** The manifest of what is live. */
    record State(ContentId manifest) implements Answer {}

    /** Some objects. */
    record Objects(List<ContentId> objects) implements Answer {
        public Objects {
            objects = List.copyOf(objects);
        }
    }

    /** A manifest. */
    record ManifestIs(ManifestPatch patch) implements Answer {}

    /** What differs, or differed. */
    record Changes(Delta delta) implements Answer {}

    /** What somebody else changed. */
    record Drifts(List<io.jenkins.plugins.transparentdeploy.engine.target.Drift> drifts) implements Answer {
        public Drifts {
            drifts = List.copyOf(drifts);
        }
    }

    /** Names of directories. */
    record Removed(List<String> names) implements Answer {
        public Removed {
            names = List.copyOf(names);
        }
    }

    /**
     * It could not be.
     *
     * @param how which exception says it
     * @param obstacle null from hosts of earlier versions
     * @param problem without a full stop
     * @param cure without a full stop; empty where nobody knows one
     */
    record Failed(How how, Obstacle obstacle, String problem, String cure) implements Answer {
        public Failed {
            obstacle = obstacle == null ? Obstacle.OTHER : obstacle;
        }

        /** What kind of a failure. */
        enum How {
            REFUSED,
            CORRUPT,
            FAILED
        }

        static Failed of(Exception e) {
            if (e instanceof RefusedException refused) {
                return new Failed(How.REFUSED, refused.obstacle(), refused.problem(), refused.cure());
            }
            if (e instanceof CorruptStateException corrupt) {
                return new Failed(How.CORRUPT, corrupt.obstacle(), corrupt.problem(), corrupt.cure());
            }
            return new Failed(How.FAILED, Obstacle.OTHER, e.getMessage() == null ? e.toString() : e.getMessage(), "");
        }
    }
}
