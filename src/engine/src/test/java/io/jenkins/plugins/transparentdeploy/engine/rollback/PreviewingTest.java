package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.Obstacle;
import io.jenkins.plugins.transparentdeploy.engine.Refusal;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.rollback.RollbackPreview.Setting;
import io.jenkins.plugins.transparentdeploy.engine.rollback.RollbackPreview.Stand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreviewingTest {
    private static final String SERVICE =
            """
            target: {directory: "@root@/live"}
            freezeAfterRollback: false
            """;

    @TempDir
    private Path temporary;

    private Workshop workshop;

    @BeforeEach
    void twoReleases() throws IOException {
        workshop = new Workshop(temporary).with(SERVICE);
        workshop.write("1", "app", "1", "gone", "x");
        workshop.write("2", "app", "2", "fresh", "y");
        workshop.write("3", "app", "3");
        Files.createDirectories(workshop.path("live"));
        workshop.run("1");
    }

    private RollbackPreview preview(String to) throws IOException {
        try (ManagedEnvironment environment = workshop.look()) {
            return new Previewing(environment).of(to);
        }
    }

    @Test
    void saysWhatComesBackWithFilesSettingsAndHooks() throws Exception {
        workshop.with(
                SERVICE
                        + """
                drain: 5s
                hooks:
                  beforeDeploy: [{name: migrate, command: ['true'], undo: ['true']}]
                """);
        workshop.run("2");
        RollbackPreview preview = preview("previous");
        assertThat(preview.live().map(Stand::version)).contains("2");
        assertThat(preview.back().map(Stand::version)).contains("1");
        assertThat(preview.givesUp()).isFalse();
        assertThat(preview.files())
                .isEqualTo(Map.of(
                        "shop", new RollbackPreview.Files(List.of("gone"), List.of("app"), List.of("fresh"), 0)));
        assertThat(preview.delta().toString()).isEqualTo("+1 ~1 -1 files");
        assertThat(preview.configuration())
                .contains(new Setting("/drain", Optional.of(TextNode.valueOf("5s")), Optional.empty()))
                .extracting(Setting::pointer)
                .containsExactlyInAnyOrder("/drain", "/hooks");
        assertThat(preview.takenBack()).containsExactly("beforeDeploy/migrate");
        assertThat(preview.refused()).isEmpty();
        assertThat(preview.expected()).isEmpty();
        assertThat(workshop.path("live/app")).as("nothing was touched").hasContent("2");
        JsonNode json = Json.MAPPER.valueToTree(preview);
        assertThat(json.at("/back/version").asText()).isEqualTo("1");
        assertThat(json.at("/configuration/0/before").asText()).isEqualTo("5s");
        assertThat(json.at("/configuration/0/after").isMissingNode()).isTrue();
    }

    @Test
    void writesNoAnchorWhichIsForWhoeverWritesTheJournal() throws Exception {
        workshop.with(SERVICE + "journalAnchor: \"@root@/anchor\"\n");
        workshop.run("2");
        Files.delete(workshop.path("anchor"));
        preview("previous");
        assertThat(workshop.path("anchor")).doesNotExist();
    }

    @Test
    void expectsTheMedianOfWhatEarlierOnesTook() throws Exception {
        workshop.run("2");
        try (ManagedEnvironment environment = workshop.open()) {
            new Rollback(environment).to("previous", Workshop.request(""));
            new Rollback(environment).to("2", Workshop.request(""));
        }
        RollbackPreview preview = preview("previous");
        assertThat(preview.measured()).isEqualTo(2);
        assertThat(preview.expected().orElseThrow()).isPositive();
    }

    @Test
    void namesEverythingThatWouldBeRefusedAtOnce() throws Exception {
        workshop.with(SERVICE + "hooks: {beforeDeploy: [{name: drop, command: ['true'], oneWay: true}]}\n");
        workshop.run("2");
        workshop.write("live", "app", "by hand");
        RollbackPreview preview = preview("previous");
        assertThat(preview.oneWay()).containsExactly("beforeDeploy/drop");
        assertThat(preview.drifted()).isEqualTo(Map.of("shop", List.of("app")));
        assertThat(preview.refused())
                .hasSize(2)
                .anyMatch(why -> why.contains("beforeDeploy/drop") && why.contains("--accept-one-way"))
                .anyMatch(why -> why.contains("Managed paths were changed"));
        assertThat(preview.refusals())
                .as("for programs, which have other cures")
                .extracting(Refusal::obstacle)
                .containsExactlyInAnyOrder(Obstacle.POINT_OF_NO_RETURN, Obstacle.CHANGED_BY_OTHERS);
    }

    @Test
    void nothingToGoBackToIsAnAnswerToo() throws Exception {
        RollbackPreview preview = preview("previous");
        assertThat(preview.back()).isEmpty();
        assertThat(preview.refused()).singleElement().asString().contains("There is no earlier good release");
        assertThat(preview("nonsense").refused()).singleElement().asString().contains("'nonsense'");
    }

    @Test
    void itIsSeenAtAnyMomentOfADeploymentAndDisturbsNobody() throws Exception {
        workshop.run("2");
        Path abortRequest;
        List<RollbackPreview> seen = new ArrayList<>();
        try (ManagedEnvironment environment = workshop.open(record -> seen.add(previewUnchecked()))) {
            abortRequest = environment.directory().abortRequest();
            new AutoRollback(environment).run(workshop.path("3"), Workshop.request("3"));
        }
        assertThat(seen)
                .as("one for each record of its journal")
                .hasSizeGreaterThan(5)
                .allMatch(preview -> preview.refused().isEmpty());
        assertThat(seen.get(0).live().map(Stand::version))
                .as("before there is any record of the release")
                .contains("2");
        assertThat(seen.subList(1, seen.size()))
                .allMatch(RollbackPreview::givesUp)
                .allMatch(preview -> preview.back().orElseThrow().version().equals("2"));
        assertThat(workshop.path("live/app")).hasContent("3");

        Files.writeString(abortRequest, "{}");
        preview("previous");
        assertThat(abortRequest).as("what somebody else is asked").exists();
    }

    private RollbackPreview previewUnchecked() {
        try {
            return preview("previous");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aHeldReleaseIsGivenUpForIt() throws Exception {
        workshop.run("2");
        try (ManagedEnvironment environment = workshop.open()) {
            new AutoRollback(environment).deploy(workshop.path("3"), Workshop.request("3"), true);
        }
        RollbackPreview preview = preview("previous");
        assertThat(preview.givesUp()).isTrue();
        assertThat(preview.live().map(Stand::version)).contains("3");
        assertThat(preview.back().map(Stand::version)).contains("2");
        assertThat(preview.refused()).isEmpty();
    }
}
