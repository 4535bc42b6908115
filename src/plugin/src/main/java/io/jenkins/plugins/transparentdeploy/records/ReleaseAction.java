package io.jenkins.plugins.transparentdeploy.records;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Run;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import jenkins.model.RunAction2;

/** What a build released: the Release page of the build, and which of it an autoRollback block still decides about. */
public final class ReleaseAction implements RunAction2 {
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
