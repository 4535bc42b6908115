package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines as OpenSSH writes and reads them. */
class KnownHostsTest {
    private static final byte[] KEY = {1, 2, 3};
    private static final String ENTRY = " ssh-ed25519 AQID";

    @TempDir
    private Path directory;

    private KnownHosts known(String text) throws IOException {
        return new KnownHosts(Files.writeString(directory.resolve("known_hosts"), text));
    }

    private static void require(KnownHosts known, String host, int port) throws IOException {
        known.require("web-1", new SshAddress("deploy", host, port), "ssh-ed25519", KEY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "shop.example; shop.example; 22; true",
                "Shop.Example; shop.EXAMPLE; 22; true",
                "shop.example; shop.example; 2222; false",
                "[shop.example]:2222; shop.example; 2222; true",
                "[shop.example]:2222; shop.example; 22; false",
                "other,shop.example,10.0.0.5; 10.0.0.5; 22; true",
                "*.example; shop.example; 22; true",
                "*.example,!shop.example; shop.example; 22; false",
                "!shop.example,*.example; shop.example; 22; false",
                "shop?example; shop.example; 22; true",
                "shop.example; shopxexample; 22; false",
                "*; shop.example; 2222; true",
                "2001:db8::5; 2001:db8::5; 22; true",
                "[2001:db8::5]:2222; 2001:db8::5; 2222; true"
            })
    void matchesNamesAsOpenSshDoes(String hosts, String host, int port, boolean matches) throws IOException {
        KnownHosts known = known(hosts + ENTRY + " a comment\n");
        if (matches) {
            assertThatCode(() -> require(known, host, port)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> require(known, host, port))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("is not known");
        }
    }

    @Test
    void passesOverWhatIsNoEntry() throws IOException {
        KnownHosts known = known("\n# shop.example" + ENTRY + "\nshop.example\nshop.example ssh-ed25519 %%%\n"
                + "@cert-authority shop.example" + ENTRY + "\n|1|x|y" + ENTRY + "\n|1|" + ENTRY + "\n@revoked\n");
        assertThatThrownBy(() -> require(known, "shop.example", 22)).hasMessageContaining("is not known");
        assertThat(known.types(new SshAddress("deploy", "shop.example", 22))).isEmpty();
    }

    @Test
    void oneOfSeveralKeysIsEnoughAndARevokedOneIsNone() throws IOException {
        String lines = "shop.example ssh-rsa BAUG\nshop.example" + ENTRY + "\n";
        require(known(lines), "shop.example", 22);
        assertThat(known(lines).types(new SshAddress("deploy", "shop.example", 22)))
                .containsExactly("ssh-rsa", "ssh-ed25519");
        assertThatThrownBy(() -> require(known(lines + "@revoked *" + ENTRY + "\n"), "shop.example", 22))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("REVOKED by line 3");
        assertThatThrownBy(() -> require(known("shop.example ssh-rsa BAUG\n"), "shop.example", 22))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("HAS CHANGED")
                .hasMessageContaining("line 1");
    }
}
