package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Login shells that people have, each handing over what it was given. */
class LoginShellCommandTest {
    private static final List<String> SHELLS = List.of("dash", "bash", "tcsh", "fish");

    @Provide
    Arbitrary<List<String>> words() {
        return Arbitraries.strings()
                .withChars("'\"\\!$`*?[]{}()<>|&;#~%^=- \t\n\rabcäö日")
                .withCharRange('\u0001', '\u007f')
                .ofMaxLength(30)
                .list()
                .ofMaxSize(4);
    }

    @Property(tries = 40)
    void everyLoginShellHandsItOverUnchanged(@ForAll("words") List<String> words) throws Exception {
        String script = "for word in \"$@\"; do printf '[%s]' \"$word\"; done # '!\\\n";
        StringBuilder wanted = new StringBuilder();
        words.forEach(word -> wanted.append('[').append(word).append(']'));
        for (String shell : SHELLS) {
            assertThat(said(shell, LoginShellCommand.of(script, words)))
                    .as(shell)
                    .isEqualTo(wanted.toString());
        }
    }

    private static String said(String shell, String command) throws IOException, InterruptedException {
        if (!Files.isExecutable(Path.of("/usr/bin", shell))) {
            throw new IllegalStateException("There is no /usr/bin/" + shell
                    + " for the tests of login shells. Install it; Debian's package is called the same.");
        }
        Process process = new ProcessBuilder("/usr/bin/" + shell, "-c", command)
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
