package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Which commands a command line knows: those that it may mean, because describing all of them takes time. */
class MainTest {
    @Test
    void whereNoCommandIsNamedAllAreKnownByTheirNames() {
        CommandLine all = Main.commandLine("--help");
        assertThat(all.getSubcommands()).hasSizeGreaterThan(30);
        all.getSubcommands()
                .forEach((name, command) -> assertThat(Main.commandLine(name).getSubcommands())
                        .as("what is known for 'tdeploy %s'", name)
                        .containsOnlyKeys(name));
    }

    @Test
    void aValueThatIsSpelledLikeACommandIsInNobodysWay() {
        String[] line = {"deploy", "--reason", "rollback"};
        CommandLine tdeploy = Main.commandLine(line);
        assertThat(tdeploy.getSubcommands().keySet()).isEqualTo(Set.of("deploy", "rollback"));
        assertThat(tdeploy.parseArgs(line).subcommand().commandSpec().name()).isEqualTo("deploy");
    }

    @Test
    void optionsOfAllCommandsAreKnownBehindEach() {
        assertThat(Main.commandLine("status")
                        .parseArgs("status", "--state-dir", "somewhere", "--json")
                        .subcommand()
                        .matchedOptions())
                .hasSize(2);
    }
}
