package io.jenkins.plugins.transparentdeploy.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.io.Serial;
import java.io.Serializable;
import java.util.Set;
import java.util.UUID;

/**
 * What {@code tdeploy} is asked to do and where. Its key is what a run that was submitted is found
 * again by.
 */
public final class RunRequest implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final ObjectMapper MAPPER = ExactJson.MAPPER;
    private static final Set<String> RELEASING = Set.of("deploy", "run");

    private final String node;

    @CheckForNull
    private final String stateDirectory;

    private final String key = UUID.randomUUID().toString();

    @CheckForNull
    private String workspace;

    @CheckForNull
    private Delivery delivery;

    /** Null if no Jenkinsfile named one. */
    @CheckForNull
    private HostKey hostKey;

    private boolean asReleased;

    private String json;

    /**
     * @param command of tdeploy's request language: {@code deploy}, {@code rollback} …
     * @param node name of the node that hosts the service; empty for the built-in one
     * @param stateDirectory absolute path on the node, or null for its default
     */
    public RunRequest(String command, String node, @CheckForNull String stateDirectory) {
        this.node = node;
        this.stateDirectory = stateDirectory;
        this.json = MAPPER.createObjectNode()
                .put("command", command)
                .put("submission", key)
                .toString();
    }

    /** Adds a property unless its value is null. */
    public RunRequest with(String name, @CheckForNull Object value) {
        if (value != null) {
            ObjectNode content = content();
            content.set(name, MAPPER.valueToTree(value));
            json = content.toString();
        }
        return this;
    }

    /** The service file of this workspace is used if it has one and no other was named. */
    public RunRequest inWorkspace(@CheckForNull String directory) {
        workspace = directory;
        return this;
    }

    /** The release says what it is about; no service file of the workspace is used. */
    public RunRequest asReleased() {
        asReleased = true;
        return this;
    }

    /** It is submitted with this on its host. */
    public RunRequest bringing(@CheckForNull Delivery something) {
        delivery = something;
        return this;
    }

    /** Hosts are reached with this. */
    public RunRequest reachingHostsWith(@CheckForNull HostKey key) {
        hostKey = key;
        return this;
    }

    @CheckForNull
    public HostKey hostKey() {
        return hostKey;
    }

    /** Whether it says how hosts are reached, but not who logs in. */
    boolean wantsSshUser() {
        JsonNode ssh = content().path("overrides").path("ssh");
        return ssh.isObject() && !ssh.has("user");
    }

    void logInAs(String user) {
        ObjectNode content = content();
        content.withObject("/overrides/ssh").put("user", user);
        json = content.toString();
    }

    @CheckForNull
    Delivery delivery() {
        return delivery;
    }

    public String node() {
        return node;
    }

    @CheckForNull
    public String stateDirectory() {
        return stateDirectory;
    }

    public String command() {
        return content().path("command").asText();
    }

    /** Whether it releases something new. */
    public boolean releases() {
        return RELEASING.contains(command());
    }

    /** Whether it releases something new, or brings what was released to its end. */
    public boolean goesForward() {
        return releases() || command().equals("complete");
    }

    /** Null as long as only the service file knows it. */
    @CheckForNull
    public String service() {
        return content().path("service").textValue();
    }

    public String environment() {
        return content().path("environment").asText();
    }

    /** Who asks for it: {@code who}, {@code via} and, where Jenkins knows its own address, {@code url}. */
    public JsonNode actor() {
        return content().path("actor");
    }

    /** For a rollback: {@code previous}, or what is to come back; empty for anything else. */
    public String destination() {
        return content().path("to").asText();
    }

    /** The id of the one release that it is about; null if it is about whatever there is. */
    @CheckForNull
    String about() {
        return content().path("about").textValue();
    }

    /** Whether a build asks for it in a workspace on its node. */
    public boolean isInWorkspace() {
        return workspace != null;
    }

    @CheckForNull
    String workspace() {
        return workspace;
    }

    /** Whether the service file of its workspace is used, if there is one. */
    boolean looksForServiceFile() {
        return !asReleased && !content().has("serviceFile");
    }

    String key() {
        return key;
    }

    @NonNull
    ObjectNode content() {
        try {
            return (ObjectNode) MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A request is JSON", e);
        }
    }

    @Override
    public String toString() {
        return json;
    }
}
