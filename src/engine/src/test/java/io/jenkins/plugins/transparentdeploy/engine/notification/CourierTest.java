package io.jenkins.plugins.transparentdeploy.engine.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.SecretReference;
import io.jenkins.plugins.transparentdeploy.engine.storage.ProcessLock;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CourierTest {
    private static final String SECRET = "not to be guessed";

    @TempDir
    private Path directory;

    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private Receiver receiver;
    private Outbox outbox;

    @BeforeEach
    void start() throws IOException {
        receiver = new Receiver();
        outbox = new Outbox(directory.resolve("outbox"), Clock.systemUTC());
        Files.writeString(directory.resolve("secret"), SECRET + "\n");
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    private Webhook webhook(URI uri, Occasion... occasions) {
        return new Webhook(
                uri,
                new SecretReference.Stored(directory.resolve("secret")),
                occasions.length == 0 ? EnumSet.allOf(Occasion.class) : Set.of(occasions));
    }

    private static Notice notice(Occasion occasion, String reason) {
        return new Notice(
                Notice.SCHEMA,
                Outbox.newId(),
                occasion,
                Instant.parse("2026-11-21T10:00:00Z"),
                "shop",
                "production",
                "host-1",
                Optional.of("20261121T100000000Z-0a1b2c3d"),
                Optional.of("DEPLOYMENT"),
                Optional.of("1.1"),
                Optional.of("1.0"),
                Optional.empty(),
                reason,
                "alice",
                "tdeploy",
                Optional.empty());
    }

    private Courier courier() {
        return Courier.start(outbox, Clock.systemUTC(), warnings::add);
    }

    private void deliverAll() throws InterruptedException {
        courier().finish(Duration.ofSeconds(60));
    }

    @Test
    void aMessageIsSignedWithItsTimeAndSaysWhatHappened() throws Exception {
        outbox.put(notice(Occasion.ROLLED_BACK, "orders fail"), List.of(webhook(receiver.uri())));
        deliverAll();

        Receiver.Message message = receiver.taken().get(0);
        assertThat(message.json().path("event").asText()).isEqualTo("release.rolledBack");
        assertThat(message.json().path("service").asText()).isEqualTo("shop");
        assertThat(message.json().path("version").asText()).isEqualTo("1.1");
        assertThat(message.json().path("reason").asText()).isEqualTo("orders fail");
        assertThat(message.header("Transparent-deploy-delivery"))
                .isEqualTo(message.json().path("id").asText());
        String[] parts = message.header("Transparent-deploy-signature").split("[=,]");
        assertThat(Instant.ofEpochSecond(Long.parseLong(parts[1])))
                .isBetween(Instant.now().minusSeconds(300), Instant.now().plusSeconds(1));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        mac.update((parts[1] + ".").getBytes(StandardCharsets.UTF_8));
        assertThat(parts[3]).isEqualTo(HexFormat.of().formatHex(mac.doFinal(message.body())));
        assertThat(outbox.size()).isZero();
    }

    @Test
    void whatIsRefusedIsTriedAgainInItsOrder() throws Exception {
        receiver.refusing(2);
        outbox.put(notice(Occasion.DEPLOYING, ""), List.of(webhook(receiver.uri())));
        outbox.put(notice(Occasion.SUCCEEDED, ""), List.of(webhook(receiver.uri())));
        deliverAll();

        assertThat(receiver.refused()).hasSize(2);
        assertThat(receiver.events()).containsExactly("release.deploying", "release.succeeded");
        assertThat(receiver.refused().get(0).body())
                .isEqualTo(receiver.taken().get(0).body());
    }

    @Test
    void whatOneProcessCannotDeliverTheNextOneDoes() throws Exception {
        URI nowhere;
        try (ServerSocket free = new ServerSocket(0)) {
            nowhere = URI.create("http://127.0.0.1:" + free.getLocalPort() + "/");
        }
        outbox.put(notice(Occasion.SUCCEEDED, ""), List.of(webhook(nowhere), webhook(receiver.uri())));
        try (Courier courier = courier()) {
            // One that is not there holds up nobody else.
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(receiver.events()).hasSize(1);
                assertThat(outbox.size()).isEqualTo(1);
                assertThat(Courier.describe(outbox).toString())
                        .contains(nowhere.toString())
                        .doesNotContain("tried 0");
            });
            courier.finish(Duration.ofMillis(1));
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> outbox.claim().map(CourierTest::release).orElse(false));

        // As after a crash: nothing is known but what is on the disk.
        Path letter = outbox.files().get(0);
        Files.writeString(
                letter,
                Files.readString(letter)
                        .replace(nowhere.toString(), receiver.uri().toString()));
        outbox = new Outbox(directory.resolve("outbox"), Clock.systemUTC());
        deliverAll();
        assertThat(receiver.events()).hasSize(2);
        assertThat(receiver.taken().get(0).header("Transparent-deploy-delivery"))
                .isEqualTo(receiver.taken().get(1).header("Transparent-deploy-delivery"));
    }

    private static boolean release(ProcessLock claim) {
        try (claim) {
            return true;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void onlyWhatAWebhookWantsIsSentToIt() throws Exception {
        Webhook picky = webhook(receiver.uri(), Occasion.ROLLBACK_FAILED);
        outbox.put(notice(Occasion.SUCCEEDED, ""), List.of(picky));
        outbox.put(notice(Occasion.ROLLBACK_FAILED, ""), List.of(picky));
        deliverAll();
        assertThat(receiver.events()).containsExactly("release.rollbackFailed");
    }

    @Test
    void withoutItsSecretNothingIsSentUntilItIsThere() throws Exception {
        Path secret = directory.resolve("secret");
        Files.delete(secret);
        outbox.put(notice(Occasion.SUCCEEDED, ""), List.of(webhook(receiver.uri())));
        try (Courier courier = courier()) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> Courier.describe(outbox).toString().contains("is missing or cannot be read"));
            assertThat(receiver.taken()).isEmpty();
            Files.writeString(secret, SECRET);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> receiver.events().size() == 1);
        }
    }

    @Test
    void whatNobodyTookForDaysIsGivenUpAndSaid() throws Exception {
        Instant then = Instant.now().minus(Outbox.KEPT).minusSeconds(1);
        new Outbox(directory.resolve("outbox"), Clock.fixed(then, ZoneOffset.UTC))
                .put(notice(Occasion.SUCCEEDED, ""), List.of(webhook(receiver.uri())));
        deliverAll();
        assertThat(receiver.taken()).isEmpty();
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("release.succeeded")
                .contains("was given up");
    }

    @Test
    void ofTwoCouriersOnlyOneDelivers() throws Exception {
        for (int i = 0; i < 20; i++) {
            outbox.put(notice(Occasion.SUCCEEDED, "" + i), List.of(webhook(receiver.uri())));
        }
        Courier other = courier();
        deliverAll();
        other.finish(Duration.ofSeconds(30));
        assertThat(receiver.taken()).hasSize(20);
        for (int i = 0; i < 20; i++) {
            assertThat(receiver.taken().get(i).json().path("reason").asText()).isEqualTo("" + i);
        }
    }

    @Test
    void aDamagedLetterKeepsNobodyWaiting() throws Exception {
        Files.createDirectories(directory.resolve("outbox"));
        Files.writeString(directory.resolve("outbox/0000000000000000000000-x-000.letter.json"), "{\"id\":");
        outbox.put(notice(Occasion.SUCCEEDED, ""), List.of(webhook(receiver.uri())));
        deliverAll();
        assertThat(receiver.events()).hasSize(1);
        assertThat(outbox.size()).isZero();
    }
}
