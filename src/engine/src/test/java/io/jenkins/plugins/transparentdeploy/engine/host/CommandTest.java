package io.jenkins.plugins.transparentdeploy.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandTest {
    @Test
    void doesNotPrintWhatMayBeSecret() {
        Command command = new Command(
                List.of("psql", "-c", "select 1"),
                Map.of("PGPASSWORD", "hunter2", "A", "hunter3"),
                Optional.of(Path.of("/srv")));
        assertThat(command).hasToString("psql -c select 1 with A, PGPASSWORD in /srv");
    }

    @Test
    void refusesWhatNoProcessCanBeGiven() {
        assertThatThrownBy(Command::of).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> Command.of(" ")).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> Command.of("a", "b\0c")).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> Command.of("a").with(Map.of("B=C", "d"))).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> Command.of("a").with(Map.of("B", "c\0d")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'B'");
    }
}
