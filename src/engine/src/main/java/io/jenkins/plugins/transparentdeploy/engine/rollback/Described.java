package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseId;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.RollbackPoint;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import java.io.IOException;
import java.util.Optional;

/** How a release, or what was live at a rollback point, is described: old content is never started the new way. */
record Described(ManagedEnvironment environment) {

    /** The definition that the release, or the one live at the rollback point, was released with; else the current one. */
    EnvironmentDefinition release(Optional<ReleaseId> id) throws IOException {
        if (id.isEmpty()) {
            return environment.definition();
        }
        Optional<ReleaseRecord> record = environment.history().find(id.get());
        if (record.isPresent()) {
            return environment.definitionOf(environment.history().content(record.get()));
        }
        Optional<RollbackPoint> point = environment.history().rollbackPoint(id.get());
        return point.isPresent() ? release(point.get().release()) : environment.definition();
    }
}
