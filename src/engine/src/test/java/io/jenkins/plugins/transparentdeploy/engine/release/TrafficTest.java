package io.jenkins.plugins.transparentdeploy.engine.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx.NginxFixture;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real nginx. */
class TrafficTest {
    private static final ReleaseId FIRST = new ReleaseId("20260101T000000000Z-00000001");
    private static final ReleaseId SECOND = new ReleaseId("20260102T000000000Z-00000002");

    @TempDir
    Path directory;

    private NginxFixture nginx;
    private LoadBalancer balancer;
    private Journal journal;

    @BeforeEach
    void start() throws IOException {
        nginx = new NginxFixture(
                directory, Map.of("a", URI.create("http://127.0.0.1:1"), "b", URI.create("http://127.0.0.1:2")));
        nginx.start();
        balancer = nginx.connect();
        journal = Journal.open(directory.resolve("journal"), Clock.systemUTC(), JournalObserver.NONE);
    }

    @AfterEach
    void stop() throws Exception {
        journal.close();
        nginx.server().stop();
    }

    private Traffic traffic(ReleaseId release) throws IOException {
        journal.startSegment(release.value());
        return new Traffic(release, journal, balancer, List.of("a", "b"), List::of);
    }

    @Test
    void whatCouldNotBeBroughtInAgainIsStillWhatTheEarlierReleaseDrained() throws Exception {
        Traffic first = traffic(FIRST);
        int weight = first.now().get("a");
        first.divide(Map.of("a", 0));
        Path elsewhere = Files.writeString(directory.resolve("upstreams/other.conf"), "what nginx does not know;\n");
        assertThatThrownBy(() -> first.divide(Map.of("a", weight))).isInstanceOf(RefusedException.class);
        Files.delete(elsewhere);

        Traffic second = traffic(SECOND);
        assertThat(second.now()).containsEntry("a", 0);
        assertThat(second.usual()).containsEntry("a", weight);
        assertThat(second.idle()).containsExactly("a");
    }

    @Test
    void whatSomebodyElseDrainedStaysDrained() throws Exception {
        balancer.setWeight("a", 0);
        Traffic traffic = traffic(FIRST);
        assertThat(traffic.usual()).containsEntry("a", 0);
        assertThat(traffic.idle()).isEmpty();
    }
}
