package io.jenkins.plugins.transparentdeploy.configuration;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.util.Secret;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;

/** Whoever configures Jenkins by code, and keeps its secrets. */
final class Administrator {
    private Administrator() {}

    static void configure(Path directory, String yaml) throws Exception {
        Path file = Files.writeString(Files.createTempFile(directory, "jenkins", ".yaml"), yaml);
        ConfigurationAsCode.get().configure(file.toString());
    }

    static void keepSecret(String id, String secret) {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, id, "", Secret.fromString(secret)));
    }
}
