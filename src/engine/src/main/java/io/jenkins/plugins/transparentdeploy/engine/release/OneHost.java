package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.HostId;
import io.jenkins.plugins.transparentdeploy.engine.host.Whereabouts;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/**
 * Releases go on where they were begun: on the host whose id their records have, of which there is one.
 *
 * @param state the state directory of this host
 * @param takeOver whether somebody has said that the other one is gone for good
 */
record OneHost(StateDirectory state, boolean takeOver) {
    private static final String TAKE_OVER =
            "if that one is gone for good, take its place with --take-over (in a Jenkinsfile, takeOver: true)";

    /**
     * To be asked by whoever is going to change an environment, which is locked. What somebody said is kept, as is where this
     * host is now.
     *
     * @throws RefusedException when the environment is another host's
     */
    void require(EnvironmentName name, HostId here) throws IOException {
        if (!Files.exists(HostId.file(state.root()))) {
            return;
        }
        if (!takeOver) {
            refuseCopies();
            refuseReleasesOfAnother(name, here);
        }
        Whereabouts.keep(state.root());
    }

    private void refuseCopies() throws IOException {
        if (Whereabouts.areOfACopy(state.root())) {
            throw new RefusedException(
                    "The state directory " + state.root() + " is a copy, made on another machine, of that of the host "
                            + HostId.load(state.root())
                            + "; two hosts with one identity would each roll back what the other runs",
                    "Release and roll back where it was copied from, or, " + TAKE_OVER);
        }
    }

    private void refuseReleasesOfAnother(EnvironmentName name, HostId here) throws IOException {
        Optional<ReleaseRecord> newest = newest(name);
        if (newest.isPresent() && !newest.get().hostId().equals(here.value())) {
            throw new RefusedException(
                    "Release " + newest.get().id() + " of " + name + " ran on the host "
                            + newest.get().hostId() + ", and this one is " + here + ", as " + HostId.file(state.root())
                            + " says",
                    "If they are one host, put the id back into that file; release and roll back on the other one"
                            + " otherwise, or, " + TAKE_OVER);
        }
    }

    /** Whoever needs one that cannot be read says so. */
    private Optional<ReleaseRecord> newest(EnvironmentName name) throws IOException {
        try {
            return name.history(state).newest(1).stream().findFirst();
        } catch (CorruptStateException e) {
            return Optional.empty();
        }
    }
}
