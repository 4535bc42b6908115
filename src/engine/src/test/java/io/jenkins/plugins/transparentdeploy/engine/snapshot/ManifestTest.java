package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
    private static final ContentId HELLO = ContentId.of("hello".getBytes(StandardCharsets.UTF_8));
    private static final Instant TIME = Instant.parse("2026-11-21T10:00:00.123456789Z");
    private static final Owner TOMCAT = new Owner("tomcat", "www");

    private final Manifest manifest = Manifest.of(List.of(
            new SymlinkEntry("bin/current", "run.sh"),
            new FileEntry("bin/run.sh", new FileMode(0755), TIME, TOMCAT, 5, HELLO),
            new DirectoryEntry("bin", new FileMode(0755), TOMCAT),
            new FileEntry("README", new FileMode(0644), TIME, Owner.UNKNOWN, 5, HELLO)));

    /** The expected values were computed by another program that follows the Javadoc alone. */
    @Test
    void hasTheDocumentedRoots() {
        assertThat(HELLO.hex()).isEqualTo("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
        assertThat(manifest.contentRoot().hex())
                .isEqualTo("5576236c506b12167c24944bc16d5d54cc0024b50feec117e216211b93828acb");
        assertThat(manifest.fullRoot().hex())
                .isEqualTo("30cdd5a2c3567c7c87c48b378f3a6998cc3461b7c275e364566b6b4fd34e9ab8");
    }

    @Test
    void contentRootIsTheSameOnAnyHost() {
        Manifest elsewhere = Manifest.of(List.of(
                new DirectoryEntry("bin", new FileMode(0700), Owner.UNKNOWN),
                new SymlinkEntry("bin/current", "run.sh"),
                new FileEntry("bin/run.sh", new FileMode(0700), Instant.EPOCH, Owner.UNKNOWN, 5, HELLO),
                new FileEntry("README", new FileMode(0600), Instant.EPOCH, Owner.UNKNOWN, 5, HELLO)));

        assertThat(elsewhere.contentRoot()).isEqualTo(manifest.contentRoot());
        assertThat(elsewhere.fullRoot()).isNotEqualTo(manifest.fullRoot());
    }

    @Test
    void isSortedByTheBytesOfItsPaths() {
        Manifest names = Manifest.of(List.of(
                new SymlinkEntry("\uD83D\uDE00", "x"), new SymlinkEntry("\uFF21", "x"), new SymlinkEntry("a", "x")));

        assertThat(names.entries()).extracting(ManifestEntry::path).containsExactly("a", "\uFF21", "\uD83D\uDE00");
    }

    @Test
    void comesBackFromItsFormatTheSame() throws IOException {
        byte[] lines = ManifestFormat.serialise(manifest);

        assertThat(ManifestFormat.parse(new ByteArrayInputStream(lines), "test"))
                .isEqualTo(manifest);
        assertThat(ContentId.of(lines)).isEqualTo(manifest.id());
        assertThat(new String(lines, StandardCharsets.UTF_8))
                .startsWith("{\"format\":\"transparent-deploy-manifest\",\"version\":1,\"entries\":4}\n")
                .contains("\"mode\":\"0755\"")
                .contains("\"owner\":\"tomcat:www\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}\n",
                "not json\n",
                "{\"format\":\"transparent-deploy-manifest\",\"version\":2,\"entries\":0}\n",
                "{\"format\":\"transparent-deploy-manifest\",\"version\":1,\"entries\":1}\n",
                "{\"format\":\"transparent-deploy-manifest\",\"version\":1,\"entries\":1}\n"
                        + "{\"type\":\"symlink\",\"path\":\"../x\",\"target\":\"y\"}\n",
                "{\"format\":\"transparent-deploy-manifest\",\"version\":1,\"entries\":1}\n"
                        + "{\"type\":\"socket\",\"path\":\"x\"}\n",
            })
    void refusesWhatIsNoManifest(String lines) {
        byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> ManifestFormat.parse(new ByteArrayInputStream(bytes), "the object x"))
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining("the object x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a/", "a//b", "..", ".", "a/../b", "a/./b", "nul\0"})
    void refusesPathsThatLeaveTheRootOrAreNotNormal(String path) {
        assertThatThrownBy(() -> new SymlinkEntry(path, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesNamesThatNoFilesystemTakes() {
        assertThatThrownBy(() -> new SymlinkEntry("é".repeat(128), "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SymlinkEntry("a/".repeat(2000) + "a", "x"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new SymlinkEntry("é".repeat(127), "x").path()).hasSize(127);
        assertThat(new SymlinkEntry("...", "x").path()).isEqualTo("...");
    }

    @Test
    void refusesTwoEntriesOfOnePathAndEntriesBeneathNoDirectory() {
        SymlinkEntry link = new SymlinkEntry("a", "b");

        assertThatThrownBy(() -> Manifest.of(List.of(link, link))).hasMessageContaining("twice");
        assertThatThrownBy(() -> Manifest.of(List.of(link, new SymlinkEntry("a/x", "y"))))
                .hasMessageContaining("not in a directory");
        assertThatThrownBy(() -> Manifest.of(List.of(new SymlinkEntry("b/x", "y"))))
                .hasMessageContaining("not in a directory");
    }

    /** The hand-written format is that of the entries' annotations, which journal and records use, and can be told from it. */
    @Property(tries = 200)
    void isWrittenAsItsAnnotationsSay(@ForAll("manifests") Manifest any) throws IOException {
        List<String> lines = new String(ManifestFormat.serialise(any), StandardCharsets.UTF_8)
                .lines()
                .toList();

        assertThat(lines).hasSize(any.entries().size() + 1);
        int number = 1;
        for (ManifestEntry entry : any.entries()) {
            assertThat(lines.get(number++)).isEqualTo(Json.MAPPER.writeValueAsString(entry));
        }
        assertThat(ManifestFormat.parse(new ByteArrayInputStream(ManifestFormat.serialise(any)), "test"))
                .isEqualTo(any);
    }

    @Test
    void extendedAttributesAreWrittenWhereThereAreAnyAndOfTheFullRootOnly() throws IOException {
        FileEntry plain =
                new FileEntry("a", new FileMode(0644), Instant.EPOCH, Owner.UNKNOWN, 0, ContentId.of(new byte[0]));
        FileEntry marked = plain.with(new Attributes(Map.of("b", "Qg==", "a", "QQ==")));
        Manifest without = Manifest.of(List.of(plain));
        Manifest with = Manifest.of(List.of(marked));

        String lines = new String(ManifestFormat.serialise(with), StandardCharsets.UTF_8);
        assertThat(lines).contains("\"attributes\":{\"a\":\"QQ==\",\"b\":\"Qg==\"}}\n");
        assertThat(lines.lines().skip(1)).containsExactly(Json.MAPPER.writeValueAsString(marked));
        assertThat(new String(ManifestFormat.serialise(without), StandardCharsets.UTF_8))
                .doesNotContain("attributes");
        assertThat(ManifestFormat.parse(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)), "test"))
                .isEqualTo(with);
        assertThat(Json.MAPPER.readValue(Json.MAPPER.writeValueAsString(marked), ManifestEntry.class))
                .as("as a journal has it")
                .isEqualTo(marked);
        assertThat(marked.at("elsewhere").at("a")).isEqualTo(marked);
        assertThat(with.contentRoot()).isEqualTo(without.contentRoot());
        assertThat(with.fullRoot()).isNotEqualTo(without.fullRoot());
        assertThat(with.withoutAttributes()).isEqualTo(without);
    }

    @Provide
    Arbitrary<Manifest> manifests() {
        return ManifestArbitraries.manifests();
    }

    @Test
    void aReaderSkipsMembersThatItDoesNotKnow() throws IOException {
        String lines = "{\"format\":\"transparent-deploy-manifest\",\"version\":1,\"entries\":1,\"new\":[{\"a\":1}]}\n"
                + "{\"type\":\"symlink\",\"path\":\"a\",\"more\":{\"x\":[1]},\"target\":\"b\"}\n";

        assertThat(ManifestFormat.parse(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)), "test"))
                .isEqualTo(Manifest.of(List.of(new SymlinkEntry("a", "b"))));
    }

    @Property(tries = 300)
    void theDifferenceIsThatOfEveryPath(@ForAll("manifests") Manifest from, @ForAll("manifests") Manifest to) {
        Delta delta = Delta.between(from, to);

        List<ManifestEntry> created = new ArrayList<>();
        List<Delta.Change> updated = new ArrayList<>();
        List<ManifestEntry> deleted = new ArrayList<>();
        Manifest.sideBySide(List.of(from, to), (path, entries) -> {
            Optional<ManifestEntry> before = entries.get(0);
            Optional<ManifestEntry> after = entries.get(1);
            assertThat(from.find(path)).isEqualTo(before);
            assertThat(to.find(path)).isEqualTo(after);
            boolean stays = before.isPresent()
                    && after.isPresent()
                    && before.get() instanceof DirectoryEntry == after.get() instanceof DirectoryEntry;
            if (stays && !before.get().meets(after.get())) {
                updated.add(new Delta.Change(before.get(), after.get()));
            } else if (!stays) {
                after.ifPresent(created::add);
                before.ifPresent(deleted::add);
            }
        });
        assertThat(delta).isEqualTo(new Delta(created, updated, deleted));
        assertThat(delta.created()).extracting(ManifestEntry::path).isSortedAccordingTo(EntryPath.ORDER);
        assertThat(from.with(created.stream()
                                .filter(entry -> from.find(entry.path()).isEmpty()
                                        && EntryPath.parentOf(entry.path()).isEmpty())
                                .toList())
                        .entries())
                .containsAll(from.entries());
    }
}
