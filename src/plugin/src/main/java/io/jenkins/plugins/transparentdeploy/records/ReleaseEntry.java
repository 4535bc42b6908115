package io.jenkins.plugins.transparentdeploy.records;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.Serial;
import java.io.Serializable;
import java.util.Optional;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One release that a build made, as the build itself remembers it. Stored in build.xml. */
@ExportedBean(defaultVisibility = 2)
public final class ReleaseEntry implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String id;
    private final String service;
    private final String environment;
    private final String node;

    @CheckForNull
    private final String stateDirectory;

    private String version;
    private String state;
    private String message;

    /** The autoRollback block that decides about it, or null. */
    @CheckForNull
    private String heldBy;

    ReleaseEntry(String id, String service, String environment, String node, @CheckForNull String stateDirectory) {
        this.id = id;
        this.service = service;
        this.environment = environment;
        this.node = node;
        this.stateDirectory = stateDirectory;
    }

    void update(HistoryEntry entry, String newMessage, @CheckForNull String holder) {
        version = entry.getVersion();
        state = entry.getState();
        message = newMessage;
        heldBy = holder;
    }

    @Exported
    public String getId() {
        return id;
    }

    @Exported
    public String getService() {
        return service;
    }

    @Exported
    public String getEnvironment() {
        return environment;
    }

    @Exported
    public String getVersion() {
        return version;
    }

    @Exported
    public String getState() {
        return state;
    }

    @Exported
    public String getMessage() {
        return message;
    }

    public String getNode() {
        return node;
    }

    @CheckForNull
    public String getStateDirectory() {
        return stateDirectory;
    }

    /** Whether somebody still has to decide about it, as far as is known here. */
    public boolean isUndecided() {
        return ReleaseHistory.of(service, environment)
                .summary(id)
                .map(ReleaseSummary::isUndecided)
                .orElse(true);
    }

    boolean isHeldBy(String scope) {
        return scope.equals(heldBy);
    }

    boolean isHeld() {
        return heldBy != null;
    }

    void letGo() {
        heldBy = null;
    }

    @CheckForNull
    String heldBy() {
        return heldBy;
    }

    boolean is(String anId, String aService, String anEnvironment) {
        return id.equals(anId) && service.equals(aService) && environment.equals(anEnvironment);
    }

    /** What the controller knows of it now; empty if it was forgotten. */
    public Optional<HistoryEntry> history() {
        return ReleaseHistory.of(service, environment).find(id);
    }

    /** For programs: what it is to those who look at it now, as far as it is remembered. */
    @Exported
    public String getStanding() {
        return standing().name();
    }

    Standing standing() {
        ReleaseHistory history = ReleaseHistory.of(service, environment);
        return history.summary(id).map(history::standingOf).orElseGet(() -> Standing.ofUnknown(state));
    }

    /** For pages. */
    @CheckForNull
    public HistoryEntry getRecord() {
        return history().orElse(null);
    }

    /** For programs: the newest record of the host's journal when this came to its end; null if that is not known. */
    @Exported
    @CheckForNull
    public String getJournalHead() {
        return history().map(HistoryEntry::getJournalHead).orElse(null);
    }

    /** For the page: the command that compares the host's journal with its head of then; null if that is not known. */
    @CheckForNull
    public String getJournalCheck() {
        String head = getJournalHead();
        if (head == null) {
            return null;
        }
        String where = stateDirectory == null ? "" : " --state-dir " + quoted(stateDirectory);
        return "tdeploy journal verify" + where + " --service " + service + " --environment " + environment + " --head "
                + head;
    }

    private static String quoted(String path) {
        return "'" + path.replace("'", "'\\''") + "'";
    }
}
