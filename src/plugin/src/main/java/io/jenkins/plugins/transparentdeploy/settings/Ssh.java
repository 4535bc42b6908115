package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** How hosts are reached. A key is only named, never said. */
public class Ssh extends Setting<Ssh> {
    private static final long serialVersionUID = 1L;

    /** Where {@code tdeploy} finds the key of the credentials that a Jenkinsfile names. */
    public static final String CREDENTIALS_VARIABLE = "TDEPLOY_SSH_KEY";

    @CheckForNull
    private String user;

    @CheckForNull
    private Integer port;

    @CheckForNull
    private String credentialsId;

    @CheckForNull
    private String keyFile;

    @CheckForNull
    private String keyVariable;

    @CheckForNull
    private String knownHosts;

    @CheckForNull
    private String jump;

    @CheckForNull
    private String connectTimeout;

    @CheckForNull
    private String keepAlive;

    @CheckForNull
    private String stateDirectory;

    private boolean compression;

    private boolean agent;

    @CheckForNull
    private String java;

    @DataBoundConstructor
    public Ssh() {}

    @CheckForNull
    public String getUser() {
        return user;
    }

    @DataBoundSetter
    public void setUser(@CheckForNull String user) {
        this.user = Util.fixEmptyAndTrim(user);
    }

    @CheckForNull
    public Integer getPort() {
        return port;
    }

    @DataBoundSetter
    public void setPort(@CheckForNull Integer port) {
        this.port = port;
    }

    @CheckForNull
    public String getCredentialsId() {
        return credentialsId;
    }

    /** @param credentialsId of an SSH user name with private key that the job may use */
    @DataBoundSetter
    public void setCredentialsId(@CheckForNull String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    @CheckForNull
    public String getKeyFile() {
        return keyFile;
    }

    /** @param keyFile where the private key is, on the agent */
    @DataBoundSetter
    public void setKeyFile(@CheckForNull String keyFile) {
        this.keyFile = Util.fixEmptyAndTrim(keyFile);
    }

    @CheckForNull
    public String getKeyVariable() {
        return keyVariable;
    }

    /** @param keyVariable the variable of {@code tdeploy} that holds the private key, as administrators configure it */
    @DataBoundSetter
    public void setKeyVariable(@CheckForNull String keyVariable) {
        this.keyVariable = Util.fixEmptyAndTrim(keyVariable);
    }

    @CheckForNull
    public String getKnownHosts() {
        return knownHosts;
    }

    /** @param knownHosts the file with the keys that hosts are known by, on the agent */
    @DataBoundSetter
    public void setKnownHosts(@CheckForNull String knownHosts) {
        this.knownHosts = Util.fixEmptyAndTrim(knownHosts);
    }

    @CheckForNull
    public String getJump() {
        return jump;
    }

    /** @param jump the machine that connections go through, as in {@code ops@bastion:22} */
    @DataBoundSetter
    public void setJump(@CheckForNull String jump) {
        this.jump = Util.fixEmptyAndTrim(jump);
    }

    @CheckForNull
    public String getConnectTimeout() {
        return connectTimeout;
    }

    @DataBoundSetter
    public void setConnectTimeout(@CheckForNull String connectTimeout) {
        this.connectTimeout = Util.fixEmptyAndTrim(connectTimeout);
    }

    @CheckForNull
    public String getKeepAlive() {
        return keepAlive;
    }

    @DataBoundSetter
    public void setKeepAlive(@CheckForNull String keepAlive) {
        this.keepAlive = Util.fixEmptyAndTrim(keepAlive);
    }

    @CheckForNull
    public String getStateDirectory() {
        return stateDirectory;
    }

    /** @param stateDirectory where pids and output of started processes are kept, on each host */
    @DataBoundSetter
    public void setStateDirectory(@CheckForNull String stateDirectory) {
        this.stateDirectory = Util.fixEmptyAndTrim(stateDirectory);
    }

    public boolean isCompression() {
        return compression;
    }

    @DataBoundSetter
    public void setCompression(boolean compression) {
        this.compression = compression;
    }

    public boolean isAgent() {
        return agent;
    }

    /** @param agent whether the keys of the SSH agent that Jenkins's agent process knows are tried, too */
    @DataBoundSetter
    public void setAgent(boolean agent) {
        this.agent = agent;
    }

    @CheckForNull
    public String getJava() {
        return java;
    }

    /** @param java whether {@code tdeploy} runs on the hosts, too: {@code auto}, {@code always} or {@code never} */
    @DataBoundSetter
    public void setJava(@CheckForNull String java) {
        this.java = Util.fixEmptyAndTrim(java);
    }

    /** @throws AbortException if there is more than one thing that says which key it is */
    public void requireOneKey() throws AbortException {
        if (Stream.of(credentialsId, keyFile, keyVariable)
                        .filter(Objects::nonNull)
                        .count()
                > 1) {
            throw new AbortException(Messages.Ssh_Keys());
        }
    }

    /** What a service file says of {@code ssh} for the key of credentials, whichever they are. */
    public static Map<String, Object> withCredentials() {
        return Map.of("key", Map.of("variable", CREDENTIALS_VARIABLE));
    }

    @Override
    public Object toServiceFile() {
        return new Properties()
                .with("user", user)
                .with("port", port)
                .with(
                        "key",
                        new Properties()
                                .with("file", keyFile)
                                .with("variable", credentialsId == null ? keyVariable : CREDENTIALS_VARIABLE)
                                .build())
                .with("knownHosts", knownHosts)
                .with("jump", jump)
                .with("connectTimeout", connectTimeout)
                .with("keepAlive", keepAlive)
                .with("compression", compression ? true : null)
                .with("agent", agent ? true : null)
                .with("java", java)
                .with("stateDirectory", stateDirectory)
                .build();
    }

    @Extension
    @Symbol("ssh")
    public static final class DescriptorImpl extends Descriptor<Ssh> {
        @Override
        public String getDisplayName() {
            return Messages.Ssh_DisplayName();
        }

        @POST
        @Restricted(NoExternalUse.class) // Stapler
        public ListBoxModel doFillCredentialsIdItems(@AncestorInPath Item item, @QueryParameter String credentialsId) {
            return SshCredentials.choices(item, credentialsId);
        }

        @POST
        @Restricted(NoExternalUse.class) // Stapler
        public FormValidation doCheckCredentialsId(@AncestorInPath Item item, @QueryParameter String value) {
            return SshCredentials.check(item, value);
        }
    }
}
