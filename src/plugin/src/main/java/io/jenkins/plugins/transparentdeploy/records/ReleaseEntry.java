package io.jenkins.plugins.transparentdeploy.records;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.Serial;
import java.io.Serializable;
import java.util.Optional;

/** One release that a build made, as the build itself remembers it. Stored in build.xml. */
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

    public String getId() {
        return id;
    }

    public String getService() {
        return service;
    }

    public String getEnvironment() {
        return environment;
    }

    public String getVersion() {
        return version;
    }

    public String getState() {
        return state;
    }

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

    boolean isHeldBy(String scope) {
        return scope.equals(heldBy);
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

    /** For pages. */
    @CheckForNull
    public HistoryEntry getRecord() {
        return history().orElse(null);
    }
}
