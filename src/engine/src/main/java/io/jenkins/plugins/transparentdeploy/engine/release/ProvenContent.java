package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The whole content of a release that succeeded somewhere, and whether it may be released elsewhere. */
record ProvenContent(ReleaseRecord record, InstanceState content) {

    /**
     * That of a record.
     *
     * @throws RefusedException when it is of another service, did not succeed, was found bad, or is not one content
     */
    static ProvenContent of(ReleaseRecord record, String service) {
        String name = "Release " + record.id() + " (version " + record.version() + ")";
        if (!record.service().equals(service)) {
            throw new RefusedException(
                    name + " is of the service '" + record.service() + "', not of '" + service + "'",
                    "Promote a release of the same service");
        }
        if (!record.isGood()) {
            throw new RefusedException(
                    name + " is not good in '" + record.environment() + "': "
                            + record.knownBad().orElse("it is " + record.state()),
                    "Promote one that succeeded; see 'tdeploy history --environment " + record.environment() + "'");
        }
        return new ProvenContent(record, record.content().orElseGet(() -> onlyOneOf(record, name)));
    }

    /** Older records do not say what the whole content was; if every instance had the same, it was that. */
    private static InstanceState onlyOneOf(ReleaseRecord record, String name) {
        List<InstanceState> states =
                List.copyOf(new HashSet<>(record.instances().values()));
        Set<Object> roots = new HashSet<>();
        states.forEach(state -> roots.add(state.contentRoot()));
        if (roots.size() != 1) {
            throw new RefusedException(
                    name + " does not say what its whole content was, and its instances differ",
                    "Release its artifact to '" + record.environment() + "' again, then promote that");
        }
        return states.get(0);
    }

    Origin origin() {
        return new Origin(record.environment(), record.id(), record.hostId(), content.contentRoot());
    }

    /**
     * Reads it from a store.
     *
     * @throws CorruptStateException when what is there is not the very same content
     */
    Manifest in(SnapshotStore store) throws IOException {
        Manifest manifest = store.load(content.manifest());
        if (!manifest.contentRoot().equals(content.contentRoot())) {
            throw new CorruptStateException(
                    "The content of release " + record.id() + " in " + store.directory() + " has the root "
                            + manifest.contentRoot() + ", not " + content.contentRoot() + " as recorded",
                    "Release the artifact instead");
        }
        return manifest;
    }
}
