package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.SecretReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SshSettingsTest {
    private static final SshAddress ADDRESS = new SshAddress("deploy", "shop.example", 22);

    @ParameterizedTest
    @CsvSource({
        "deploy@shop.example, deploy, shop.example, 22",
        "deploy@10.0.0.5:2222, deploy, 10.0.0.5, 2222",
        "deploy@[2001:db8::5]:2222, deploy, 2001:db8::5, 2222",
        "deploy@[2001:db8::5], deploy, 2001:db8::5, 22"
    })
    void readsAddressesAndWritesThemAlike(String text, String user, String host, int port) {
        assertThat(SshAddress.parse(text))
                .isEqualTo(new SshAddress(user, host, port))
                .hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "shop.example",
                "@shop.example",
                "deploy@",
                "deploy@shop:0",
                "deploy@shop:65536",
                "deploy@shop:ssh",
                "deploy@-oProxyCommand=id",
                "-l@shop",
                "de ploy@shop",
                "deploy@shop,evil",
                "deploy@shop\nevil"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> SshAddress.parse(text)).isInstanceOf(RefusedException.class);
    }

    @Test
    void refusesWhatCannotBe() {
        SecretReference key = new SecretReference.Variable("DEPLOY_KEY");
        SshSettings usual = SshSettings.of("web-1", ADDRESS, key);
        assertThat(usual.toString()).contains("web-1", "deploy@shop.example", "the environment variable DEPLOY_KEY");
        assertThat(usual.knownHosts()).isAbsolute().hasFileName("known_hosts");
        assertThatThrownBy(() -> SshSettings.of(" ", ADDRESS, key)).hasMessageContaining("no name");
        assertThatThrownBy(() -> usual.knownIn(Path.of("known"))).hasMessageContaining("not absolute");
        assertThatThrownBy(() -> usual.keepingStateIn(Path.of("state"))).hasMessageContaining("not absolute");
        assertThatThrownBy(() -> usual.timed(Duration.ZERO, Duration.ZERO)).hasMessageContaining("connect timeout");
        assertThatThrownBy(() -> usual.timed(Duration.ofSeconds(1), Duration.ofSeconds(-1)))
                .hasMessageContaining("keep-alive");
        assertThatThrownBy(() -> new SshSettings(
                        "web-1",
                        ADDRESS,
                        Optional.empty(),
                        false,
                        usual.knownHosts(),
                        Optional.empty(),
                        usual.connectTimeout(),
                        usual.keepAlive(),
                        false,
                        Optional.empty()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("how to log in on web-1");
    }
}
