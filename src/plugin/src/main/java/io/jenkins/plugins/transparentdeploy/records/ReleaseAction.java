package io.jenkins.plugins.transparentdeploy.records;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Run;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jenkins.model.RunAction2;
import jenkins.util.VirtualFile;

/** What a build released: the Release page of the build, and which of it an autoRollback block still decides about. */
public final class ReleaseAction implements RunAction2 {
    private static final Logger LOGGER = Logger.getLogger(ReleaseAction.class.getName());

    private final List<ReleaseEntry> releases = new CopyOnWriteArrayList<>();

    private transient Run<?, ?> run;

    /** The action of a build, which gets one if it has none. */
    public static ReleaseAction of(Run<?, ?> run) {
        synchronized (run) {
            ReleaseAction action = run.getAction(ReleaseAction.class);
            if (action == null) {
                action = new ReleaseAction();
                run.addAction(action);
            }
            return action;
        }
    }

    /** The releases that a block decides about, oldest first. */
    public List<ReleaseEntry> heldBy(String scope) {
        return releases.stream().filter(release -> release.isHeldBy(scope)).toList();
    }

    public Optional<ReleaseEntry> find(String id, String service, String environment) {
        return releases.stream()
                .filter(release -> release.is(id, service, environment))
                .findFirst();
    }

    /** Oldest first. */
    public List<ReleaseEntry> getReleases() {
        return List.copyOf(releases);
    }

    void put(ReleaseEntry release) throws IOException {
        if (!releases.contains(release)) {
            releases.add(release);
        }
        run.save();
    }

    public Run<?, ?> getRun() {
        return run;
    }

    /** For the page. */
    public boolean isMayRollBack() {
        return run.getParent().hasPermission(RollbackPermission.ROLLBACK);
    }

    /** For the page: the names of the files of a release among the artifacts of the build, in their order. */
    public List<String> filesOf(ReleaseEntry release) {
        try {
            VirtualFile directory =
                    run.getArtifactManager().root().child("release").child(release.getId());
            return directory.isDirectory()
                    ? Stream.of(directory.list())
                            .map(VirtualFile::getName)
                            .sorted()
                            .toList()
                    : List.of();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The artifacts of " + run + " cannot be listed", e);
            return List.of();
        }
    }

    /** For the page: how a release stands now, as far as it is remembered. */
    public Standing standingOf(ReleaseEntry release) {
        return release.history()
                .map(entry -> ReleaseHistory.of(release.getService(), release.getEnvironment())
                        .standingOf(entry))
                .orElse(Standing.UNDECIDED);
    }

    /** What a click beside a release asks for: {@code previous} if it is live, itself if it can come back, else null. */
    @CheckForNull
    public String rollbackTarget(ReleaseEntry release) {
        ReleaseHistory history = ReleaseHistory.of(release.getService(), release.getEnvironment());
        boolean live = history.live()
                .filter(entry -> entry.getId().equals(release.getId()))
                .isPresent();
        boolean undecided = release.heldBy() != null;
        if (live || undecided) {
            return "previous";
        }
        return history.find(release.getId()).filter(HistoryEntry::isGood).isPresent() ? release.getId() : null;
    }

    @Override
    public void onAttached(Run<?, ?> attachedTo) {
        run = attachedTo;
    }

    @Override
    public void onLoad(Run<?, ?> loaded) {
        run = loaded;
    }

    @Override
    public String getIconFileName() {
        return releases.isEmpty() ? null : "symbol-git-commit-outline plugin-ionicons-api";
    }

    @Override
    public String getDisplayName() {
        return Messages.ReleaseAction_DisplayName();
    }

    @Override
    public String getUrlName() {
        return "release";
    }
}
