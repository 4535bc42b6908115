package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.Origin;
import io.jenkins.plugins.transparentdeploy.engine.release.PackedRelease;
import io.jenkins.plugins.transparentdeploy.engine.release.PromotedRelease;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseArchive;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecords;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.StoreKeeper;
import io.jenkins.plugins.transparentdeploy.engine.release.TakeOver;
import io.jenkins.plugins.transparentdeploy.engine.service.ServiceFile;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import io.jenkins.plugins.transparentdeploy.engine.storage.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has run in staging goes to production, and a lost host's release to a fresh one: the very same content. */
class PromotionTest {
    private static KeyPair keys;

    @TempDir
    private Path temporary;

    private Path production;

    @BeforeAll
    static void keys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
    }

    @BeforeEach
    void oneInStaging() throws IOException {
        production = Files.createDirectories(temporary.resolve("production"));
        Files.createDirectories(temporary.resolve("staging/logs"));
        for (String version : new String[] {"1", "2"}) {
            Path artifact = Files.createDirectories(temporary.resolve("v" + version + "/conf"));
            Files.writeString(artifact.resolveSibling("app"), "app " + version);
            Files.writeString(artifact.resolve("settings"), "of the artifact");
        }
        release(home(), "staging", "1");
    }

    private Path home() {
        return temporary.resolve("state");
    }

    private ManagedEnvironment open(Path state, String environment) throws IOException {
        ServiceFile file = ServiceFile.parse(
                "test",
                """
                service: shop
                environments:
                  staging:
                    target: {directory: "%1$s/staging", shared: ["logs/**"]}
                  production:
                    target: {directory: "%2$s", shared: ["conf/**"]}
                    freezeAfterRollback: false
                """
                        .formatted(temporary, production));
        StateDirectory directory = StateDirectory.open(state);
        return new EnvironmentBuilder(
                        file.environment(environment, JsonNodeFactory.instance.objectNode()),
                        directory,
                        LocalHost.open(directory.root()))
                .open(Holder.thisProcess("alice", "test", Clock.systemUTC()));
    }

    private ReleaseRecord release(Path state, String environment, String version) throws IOException {
        try (ManagedEnvironment opened = open(state, environment)) {
            ReleaseRecord record =
                    new AutoRollback(opened).run(temporary.resolve("v" + version), Workshop.request(version));
            assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
            return record;
        }
    }

    private ReleaseRecord promote(Optional<String> name) throws IOException {
        PromotedRelease source = PromotedRelease.find(StateDirectory.open(home()), "shop", "staging", name);
        try (ManagedEnvironment opened = open(home(), "production")) {
            return new AutoRollback(opened)
                    .run(source, Workshop.request(source.record().version()));
        }
    }

    @Test
    void theVerySameContentGoesOnAndEachEnvironmentKeepsWhatIsItsOwn() throws Exception {
        Files.createDirectories(production.resolve("conf"));
        Files.writeString(production.resolve("conf/settings"), "of production");
        ReleaseRecord staged = release(home(), "staging", "2");
        Files.delete(temporary.resolve("v2/app"));

        ReleaseRecord promoted = promote(Optional.empty());
        assertThat(promoted.state()).as(promoted.toString()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(promoted.version()).isEqualTo("2");
        assertThat(promoted.promotedFrom())
                .contains(new Origin(
                        "staging",
                        staged.id(),
                        staged.hostId(),
                        staged.content().orElseThrow().contentRoot()));
        assertThat(promoted.content().orElseThrow().contentRoot())
                .isEqualTo(staged.content().orElseThrow().contentRoot());
        assertThat(production.resolve("app")).hasContent("app 2");
        assertThat(production.resolve("conf/settings")).hasContent("of production");
    }

    @Test
    void anEarlierReleaseIsNamedByItsVersionAndComesBackLikeAnyOther() throws Exception {
        release(home(), "staging", "2");
        promote(Optional.of("1"));
        assertThat(production.resolve("app")).hasContent("app 1");
        promote(Optional.of("2"));
        try (ManagedEnvironment opened = open(home(), "production")) {
            new Rollback(opened).to("previous", Workshop.request(""));
        }
        assertThat(production.resolve("app")).hasContent("app 1");
    }

    @Test
    void whatWasFoundBadOrNeverWasIsRefused() throws Exception {
        release(home(), "staging", "2");
        try (ManagedEnvironment opened = open(home(), "staging")) {
            new Rollback(opened).to("previous", Workshop.request(""));
        }
        assertThatThrownBy(() -> promote(Optional.of("2")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is not good in 'staging': rolled back by alice");
        assertThat(promote(Optional.empty()).version()).as("what is live there").isEqualTo("1");
        assertThatThrownBy(() -> promote(Optional.of("9"))).hasMessageContaining("'9'");
        assertThatThrownBy(() -> PromotedRelease.find(StateDirectory.open(home()), "shop", "testing", Optional.empty()))
                .hasMessageContaining("Nothing was released to shop/testing");
    }

    @Test
    void aStoreOnAnotherFilesystemGetsItsOwnCopy() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(temporary, 4096)) {
            production = Files.createDirectory(disk.directory().resolve("production"));
            ReleaseRecord promoted = promote(Optional.empty());
            assertThat(promoted.state()).as(promoted.toString()).isEqualTo(ReleaseState.SUCCEEDED);
            assertThat(production.resolve("app")).hasContent("app 1");
        }
    }

    @Test
    void aRecordOfBeforeSaysWhatItsInstancesHad() throws Exception {
        ReleaseRecord staged = release(home(), "staging", "2");
        Path file = home().resolve("services/shop/staging/releases/" + staged.id() + "/release.json");
        ObjectNode json = (ObjectNode) Json.MAPPER.readTree(file.toFile());
        json.remove("content");
        DurableFiles.write(file, Json.MAPPER.writeValueAsBytes(json));
        assertThat(promote(Optional.empty()).promotedFrom().orElseThrow().contentRoot())
                .isEqualTo(staged.instances().get("shop").contentRoot());
    }

    @Test
    void contentThatIsNotWhatWasRecordedIsNeverReleased() throws Exception {
        ReleaseRecord staged = release(home(), "staging", "2");
        Path file = home().resolve("services/shop/staging/releases/" + staged.id() + "/release.json");
        String root = staged.content().orElseThrow().contentRoot().toString();
        String unsealed = Files.readString(file).replaceFirst(",\\s*\"seal\" : \"[^\"]*\"", "");
        DurableFiles.write(file, unsealed.replace(root, root.replaceAll("^.", root.startsWith("0") ? "1" : "0")));
        assertThatThrownBy(() -> promote(Optional.empty()))
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining("as recorded");
        assertThat(production).isEmptyDirectory();
    }

    /** The records as a build would archive them. */
    private ReleaseRecords archive(ReleaseRecord record, String environment) throws IOException {
        try (ManagedEnvironment opened = open(home(), environment)) {
            Path directory = new ReleaseArchive(opened)
                    .complete(
                            record,
                            Optional.of(Base64.getEncoder()
                                    .encodeToString(keys.getPublic().getEncoded())));
            Path archived = temporary.resolve("archived");
            Files.move(directory, archived);
            return new ReleaseRecords(archived);
        }
    }

    @Test
    void aReleaseOfAnotherHostIsPromotedFromItsPack() throws Exception {
        ReleaseRecord staged = release(home(), "staging", "2");
        ReleaseRecords records = archive(staged, "staging");
        PackedRelease source = PackedRelease.find(records, keys.getPrivate(), "shop");
        try (ManagedEnvironment elsewhere = open(temporary.resolve("elsewhere"), "production")) {
            ReleaseRecord record = new AutoRollback(elsewhere).run(source, Workshop.request("2"));
            assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
            assertThat(record.promotedFrom().orElseThrow().hostId()).isEqualTo(staged.hostId());
            assertThat(record.hostId()).isNotEqualTo(staged.hostId());
        }
        assertThat(production.resolve("app")).hasContent("app 2");
        assertThatThrownBy(() -> PackedRelease.find(records, keys.getPrivate(), "other"))
                .hasMessageContaining("is of the service 'shop'");
    }

    @Test
    void aFreshHostTakesTheLostOnesPlaceWithItsHistory() throws Exception {
        release(home(), "production", "1");
        ReleaseRecord second = release(home(), "production", "2");
        ReleaseRecords records = archive(second, "production");
        production = Files.createDirectories(temporary.resolve("fresh disk/production"));
        Files.createDirectories(temporary.resolve("fresh disk"));
        // The service file of the lost host names the same directory; here it is on a fresh disk.
        Path json = temporary.resolve("archived/release.json");
        for (Path record : new Path[] {json, temporary.resolve("archived/parent.json")}) {
            Files.writeString(
                    record,
                    Files.readString(record)
                            .replace(temporary.resolve("production").toString(), production.toString()));
        }
        Path fresh = temporary.resolve("fresh");
        StateDirectory state = StateDirectory.open(fresh);
        assertThatThrownBy(() -> new TakeOver(state, records)
                        .from("another-host", keys.getPrivate(), Workshop.ALICE, Clock.systemUTC()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("ran on the host " + second.hostId());

        for (int attempt = 0; attempt < 2; attempt++) {
            new TakeOver(state, records).from(second.hostId(), keys.getPrivate(), Workshop.ALICE, Clock.systemUTC());
        }
        for (Path location : new StoreKeeper(state, Clock.systemUTC()).stores()) {
            try (SnapshotStore store = SnapshotStore.open(location)) {
                assertThat(store.stateDirectories())
                        .as("whose records need what is in the store")
                        .contains(state.root());
            }
        }
        try (ManagedEnvironment opened = open(fresh, "production")) {
            ReleaseRecord back = new Rollback(opened).to(second.id().value(), Workshop.forced(""));
            assertThat(back.state()).as(back.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
            assertThat(back.hostId()).isEqualTo(second.hostId());
            assertThat(production.resolve("app")).hasContent("app 2");
        }
        try (ManagedEnvironment opened = open(fresh, "production")) {
            assertThat(new Rollback(opened).to("previous", Workshop.request("")).version())
                    .isEqualTo("1");
        }
        assertThat(production.resolve("app")).hasContent("app 1");
    }

    @Test
    void aHostWithALifeOfItsOwnIsNotTakenForAFreshOne() throws Exception {
        ReleaseRecord lost = release(home(), "production", "1");
        ReleaseRecords records = archive(lost, "production");
        Path other = temporary.resolve("other");
        release(other, "staging", "2");
        assertThatThrownBy(() -> new TakeOver(StateDirectory.open(other), records)
                        .from(lost.hostId(), keys.getPrivate(), Workshop.ALICE, Clock.systemUTC()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("has releases of the host")
                .hasMessageContaining("--state-dir");
    }
}
