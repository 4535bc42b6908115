package io.jenkins.plugins.transparentdeploy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.hudson.plugins.folder.properties.FolderCredentialsProvider.FolderCredentialsProperty;
import com.cloudbees.jenkins.plugins.sshcredentials.impl.BasicSSHUserPrivateKey;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.domains.DomainCredentials;
import hudson.AbortException;
import hudson.model.Item;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.util.FormValidation;
import hudson.util.Secret;
import java.net.URI;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What the form about SSH offers, and to whom. */
class SshTest {
    @Test
    @WithJenkins
    void offersKeysThatTheJobMayUseToThoseWhoConfigureItAndByPostOnly(JenkinsRule jenkins) throws Exception {
        Folder folder = jenkins.createProject(Folder.class, "team");
        WorkflowJob job = folder.createProject(WorkflowJob.class, "shop");
        WorkflowJob outside = jenkins.createProject(WorkflowJob.class, "outside");
        folder.addProperty(new FolderCredentialsProperty(
                new DomainCredentials[] {new DomainCredentials(Domain.global(), List.of(key("team-key", "")))}));
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .addAll(List.of(
                        key("jenkins-key", "open sesame"),
                        new StringCredentialsImpl(
                                CredentialsScope.GLOBAL, "a-text", "", Secret.fromString("no key at all"))));
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("reader", "author")
                .grant(Item.CONFIGURE, Item.EXTENDED_READ)
                .onItems(job)
                .to("author"));
        Ssh.DescriptorImpl ssh = jenkins.jenkins.getDescriptorByType(Ssh.DescriptorImpl.class);

        try (ACLContext ignored = ACL.as2(User.getById("author", true).impersonate2())) {
            assertThat(values(ssh, job)).containsExactlyInAnyOrder("", "jenkins-key", "team-key", "old-key");
            assertThat(values(ssh, outside)).containsExactly("old-key");
            assertThat(values(ssh, null)).containsExactly("old-key");
            assertThat(ssh.doCheckCredentialsId(job, "team-key").kind).isEqualTo(FormValidation.Kind.OK);
            assertThat(ssh.doCheckCredentialsId(job, "a-text")).hasToString("ERROR: " + Messages.Ssh_Unknown("a-text"));
            assertThat(ssh.doCheckCredentialsId(job, "jenkins-key"))
                    .hasToString("ERROR: " + Messages.Ssh_Locked("jenkins-key"));
            assertThat(ssh.doCheckCredentialsId(outside, "nothing").kind)
                    .as("says nothing of what is there")
                    .isEqualTo(FormValidation.Kind.OK);
        }
        try (ACLContext ignored = ACL.as2(User.getById("reader", true).impersonate2())) {
            assertThat(values(ssh, job)).containsExactly("old-key");
        }
        try (JenkinsRule.WebClient web = jenkins.createWebClient().withBasicCredentials("author")) {
            web.getOptions().setThrowExceptionOnFailingStatusCode(false);
            URI fill = URI.create(jenkins.getURL() + job.getUrl() + ssh.getDescriptorUrl()
                    + "/fillCredentialsIdItems?credentialsId=");
            assertThat(web.getPage(fill.toURL()).getWebResponse().getStatusCode())
                    .as("GET")
                    .isGreaterThanOrEqualTo(400);
            assertThat(web.getPage(web.addCrumb(new WebRequest(fill.toURL(), HttpMethod.POST)))
                            .getWebResponse()
                            .getContentAsString())
                    .contains("team-key");
        }
    }

    private static BasicSSHUserPrivateKey key(String id, String passphrase) {
        return new BasicSSHUserPrivateKey(
                CredentialsScope.GLOBAL,
                id,
                "deploy",
                new BasicSSHUserPrivateKey.DirectEntryPrivateKeySource("a private key"),
                passphrase,
                "");
    }

    private static List<String> values(Ssh.DescriptorImpl ssh, Item item) {
        return ssh.doFillCredentialsIdItems(item, "old-key").stream()
                .map(option -> option.value)
                .toList();
    }

    @Test
    void hostsAreWrittenAsPeopleWriteThem() throws Exception {
        assertThat(NamedHost.toServiceFile(List.of(
                        "web1",
                        "web2: 10.0.0.12",
                        "web3: shop@web3.example.org",
                        "web20: shop@10.0.0.30:2222",
                        "six: 2001:db8::1",
                        "bracketed: [2001:db8::1]:2222")))
                .isEqualTo(Map.of(
                        "web1", Map.of(),
                        "web2", Map.of("address", "10.0.0.12"),
                        "web3", Map.of("address", "web3.example.org", "user", "shop"),
                        "web20", Map.of("address", "10.0.0.30", "user", "shop", "port", 2222),
                        "six", Map.of("address", "2001:db8::1"),
                        "bracketed", Map.of("address", "2001:db8::1", "port", 2222)));
        for (String wrong : List.of("web1: @", "web1: a@b@c", "web1: host:port", "web1: [::1", "web1: two words")) {
            assertThatThrownBy(() -> NamedHost.toServiceFile(List.of(wrong)))
                    .as(wrong)
                    .isInstanceOf(AbortException.class)
                    .hasMessageContaining("'" + wrong + "'");
        }
        assertThatThrownBy(() -> NamedHost.toServiceFile(List.of("web1", "web1: 10.0.0.11")))
                .hasMessageContaining("names 'web1' twice");
    }
}
