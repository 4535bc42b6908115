package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import io.jenkins.plugins.transparentdeploy.engine.release.Convergence;
import io.jenkins.plugins.transparentdeploy.engine.release.LeftOut;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases to several real SSH servers with real services behind a real HAProxy. */
class FleetTest {
    private static final String ROLLING = "strategy: {rolling: {batch: 2}}\n";

    @TempDir
    Path root;

    private Fleet fleet;

    private Fleet fleet(int hosts, String yaml) throws Exception {
        fleet = new Fleet(root, hosts).with(yaml);
        return fleet;
    }

    @AfterEach
    void close() throws Exception {
        fleet.close();
    }

    /** The machine dies when something of that kind is about to be done to its instance. */
    private JournalObserver crashing(String host, Class<? extends Operation> kind) {
        AtomicBoolean crashed = new AtomicBoolean();
        return record -> {
            if (record instanceof JournalRecord.Intent intent
                    && kind.isInstance(intent.operation())
                    && intent.operation().instance().equals(host)
                    && crashed.compareAndSet(false, true)) {
                fleet.crash(host);
            }
        };
    }

    private static Map<String, String> all(int hosts, String version) {
        Map<String, String> versions = new java.util.TreeMap<>();
        for (int number = 1; number <= hosts; number++) {
            versions.put("web" + number, version);
        }
        return versions;
    }

    private static void assertConverged(Optional<Convergence> convergence, int instances) {
        assertThat(convergence).isPresent();
        assertThat(convergence.get().complete())
                .as(convergence.get().toString())
                .isTrue();
        assertThat(convergence.get().instances()).hasSize(instances).allSatisfy(entry -> {
            assertThat(entry.found()).contains(entry.expected());
            assertThat(entry.hostId()).isPresent();
            assertThat(entry.host()).isEqualTo(entry.instance());
        });
    }

    @Test
    void aReleaseAndARollbackOfSixHostsThreeAtATimeLoseNoRequest() throws Exception {
        fleet(6, "strategy: {rolling: {batch: 3}}\nfleet: {parallel: 3}\n");
        assertThat(fleet.run("one").state()).isEqualTo(ReleaseState.SUCCEEDED);
        try (Customers customers = new Customers(fleet.address(), 40)) {
            ReleaseRecord two = fleet.run("two");
            assertThat(two.state()).as(two.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
            assertThat(two.leftOut()).isEmpty();
            assertConverged(two.convergence(), 6);
            assertThat(fleet.versions()).isEqualTo(all(6, "two"));

            ReleaseRecord back = fleet.rollback("previous");
            assertThat(back.state()).as(back.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
            assertThat(back.version()).isEqualTo("one");
            assertConverged(back.convergence(), 6);
            assertThat(fleet.versions()).isEqualTo(all(6, "one"));
            assertThat(customers.answers()).extracting(Customers.Answer::body).contains("one", "two");
            assertThat(customers.failures()).isEmpty();
        }
    }

    @Test
    void aHostThatIsRebootedInTheMiddleIsSetAsideAndBroughtToTheReleaseLater() throws Exception {
        fleet(4, ROLLING + "fleet: {maxFailures: 1}\n");
        fleet.run("one");
        ReleaseRecord two;
        try (Customers customers = new Customers(fleet.address(), 40)) {
            two = fleet.run("two", crashing("web2", Operation.PopulateRelease.class));
            assertThat(customers.failures()).isEmpty();
        }
        assertThat(two.state()).as(two.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(two.leftOut()).containsOnlyKeys("web2");
        assertThat(two.leftOut().get("web2").when()).isEqualTo(LeftOut.When.FAILED);
        assertThat(two.convergence().orElseThrow().missing())
                .extracting(Convergence.Entry::instance)
                .containsExactly("web2");
        assertThat(fleet.serving()).containsExactly("web1", "web3", "web4");

        Converging.Report stillDown = fleet.converge();
        assertThat(stillDown.isComplete()).isFalse();
        assertThat(stillDown.changed()).isEmpty();

        fleet.boot("web2");
        Converging.Report report = fleet.converge();
        assertThat(report.changed()).containsExactly("web2");
        assertConverged(report.convergence(), 4);
        assertThat(fleet.versions()).isEqualTo(all(4, "two"));
        assertThat(fleet.serving()).containsExactly("web1", "web2", "web3", "web4");
        try (ManagedEnvironment environment = fleet.workshop().look()) {
            assertThat(environment.history().live().orElseThrow().leftOut()).isEmpty();
        }
        assertThat(fleet.converge().changed()).isEmpty();
    }

    @Test
    void oneFailureMoreThanMayBeTakesBackEverythingThatWasChanged() throws Exception {
        fleet(4, ROLLING + "fleet: {maxUnavailable: 1}\n");
        fleet.run("one");
        ReleaseRecord two;
        try (Customers customers = new Customers(fleet.address(), 40)) {
            two = fleet.run("two", crashing("web3", Operation.PopulateRelease.class));
            assertThat(customers.failures()).isEmpty();
        }
        assertThat(two.state()).as(two.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(two.leftOut()).containsOnlyKeys("web3");
        Map<String, String> expected = all(4, "one");
        expected.put("web3", "down");
        assertThat(fleet.versions()).isEqualTo(expected);
        assertThat(fleet.serving()).containsExactly("web1", "web2", "web4");

        fleet.boot("web3");
        assertThat(fleet.converge().isComplete()).isTrue();
        assertThat(fleet.versions()).isEqualTo(all(4, "one"));
        assertThat(fleet.serving()).containsExactly("web1", "web2", "web3", "web4");
    }

    @Test
    void aHostThatIsDownWhenAReleaseBeginsIsLeftOutAndMoreAreRefused() throws Exception {
        fleet(4, ROLLING + "fleet: {maxUnavailable: 1}\n");
        fleet.run("one");
        fleet.crash("web4");
        ReleaseRecord two = fleet.run("two");
        assertThat(two.state()).as(two.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(two.leftOut().get("web4").when()).isEqualTo(LeftOut.When.ABSENT);
        Map<String, String> expected = all(4, "two");
        expected.put("web4", "down");
        assertThat(fleet.versions()).isEqualTo(expected);

        fleet.crash("web3");
        assertThatThrownBy(() -> fleet.run("three"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("2 of the hosts")
                .hasMessageContaining("web3")
                .hasMessageContaining("web4");
        try (ManagedEnvironment environment = fleet.workshop().look()) {
            assertThat(environment.history().newest(1).get(0).version()).isEqualTo("two");
        }
        try (ManagedEnvironment environment = fleet.workshop().open()) {
            ReleaseRecord three =
                    new AutoRollback(environment).run(fleet.workshop().path("three"), Workshop.forced("three"));
            assertThat(three.state()).as(three.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
            assertThat(three.leftOut()).containsOnlyKeys("web3", "web4");
        }
        assertThat(fleet.serving()).containsExactly("web1", "web2");

        fleet.boot("web3");
        fleet.boot("web4");
        ReleaseRecord back = fleet.rollback("previous");
        assertThat(back.state()).as(back.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(fleet.versions()).isEqualTo(all(4, "two"));
        assertThat(fleet.serving()).containsExactly("web1", "web2", "web3", "web4");
    }

    @Test
    void withTwoSlotsTheWayBackIsOneStep() throws Exception {
        fleet(
                4,
                "strategy: {blueGreen: {slots: {blue: [web1, web2], green: [web3, web4]}}}\n"
                        + "smokeTest: {checks: [{command: [test, -e, \"{directory}/app\"], name: \"app of {host}\"}]}\n");
        fleet.run("one");
        ReleaseRecord two = fleet.run("two");
        assertThat(two.state()).as(two.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(two.smokeTest().orElseThrow().results()).hasSize(2);
        assertThat(fleet.serving()).containsExactly("web3", "web4");
        try (Customers customers = new Customers(fleet.address(), 40)) {
            ReleaseRecord back = fleet.rollback("previous");
            assertThat(back.state()).as(back.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
            assertThat(customers.failures()).isEmpty();
        }
        assertThat(fleet.serving()).containsExactly("web1", "web2");
        assertThat(fleet.versions()).containsEntry("web1", "one").containsEntry("web3", "two");
    }
}
