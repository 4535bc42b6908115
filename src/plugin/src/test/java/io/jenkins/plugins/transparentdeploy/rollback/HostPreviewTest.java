package io.jenkins.plugins.transparentdeploy.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The host's answer is shown as far as it makes sense, and is never more than a page. */
class HostPreviewTest {
    @Test
    void saysWhatTdeploySays() {
        HostPreview preview = HostPreview.of(
                """
                {"files": {"a": {"created": ["gone"], "updated": ["app"], "deleted": [], "more": 3}},
                 "delta": {"created": 1, "updated": 4, "deleted": 0},
                 "configuration": [{"pointer": "/drain", "before": "5s"}],
                 "oneWay": ["beforeDeploy/drop"], "drifted": {"a": ["app"]},
                 "expected": "PT4.2S", "measured": 3, "refused": ["no way"], "givesUp": true, "back": {"version": "1.1"}}
                """
                        .replace("\n", " "));
        assertThat(preview.getProblem()).isNull();
        assertThat(preview.getFileCount()).isEqualTo(5);
        assertThat(preview.getFiles()).singleElement().satisfies(files -> {
            assertThat(files.instance()).isEqualTo("a");
            assertThat(files.created()).containsExactly("gone");
            assertThat(files.more()).isEqualTo(3);
        });
        assertThat(preview.getSettings()).containsExactly(new HostPreview.Setting("/drain", "5s", ""));
        assertThat(preview.getOneWay()).containsExactly("beforeDeploy/drop");
        assertThat(preview.getDrifts()).hasSize(1);
        assertThat(preview.getExpected()).isEqualTo("4.2 sec");
        assertThat(preview.getRefused()).containsExactly("no way");
        assertThat(preview.isGivesUp()).isTrue();
        assertThat(preview.getBackVersion()).isEqualTo("1.1");
    }

    @Test
    void whatTheHostAdvisesForItsCommandLineIsLeftOut() {
        HostPreview preview = HostPreview.of("{\"files\": {}, \"refused\": [\"The way back leads across x/1.2, which"
                + " cannot be taken back. Accept it with --accept-one-way and a --reason.\", \"Use --force.\"]}");
        assertThat(preview.getRefused())
                .containsExactly("The way back leads across x/1.2, which cannot be taken back.", "Use --force.");
    }

    @Test
    void whatIsNoAnswerIsAProblemInItsOwnWords() {
        assertThat(HostPreview.of("{\"error\": \"locked by ada\"}").getProblem())
                .isEqualTo("locked by ada");
        assertThat(HostPreview.of("java: not found").getProblem()).isEqualTo("java: not found");
        assertThat(HostPreview.of("{\"files\": ").getProblem()).isNotEmpty();
        assertThat(HostPreview.of("java: not found").isGone()).isFalse();
        assertThat(HostPreview.of("x".repeat(1_000_000)).getProblem()).hasSize(1000);
    }

    @Test
    void anAnswerWithoutEndIsCutOff() {
        String paths = "\"p\",".repeat(100_000) + "\"p\"";
        HostPreview preview = HostPreview.of("{\"files\": {\"a\": {\"created\": [" + paths
                + "]}}, \"expected\": \"forever\", \"refused\": [" + paths + "], \"drifted\": 7}");
        assertThat(preview.getFiles().get(0).created()).hasSize(200);
        assertThat(preview.getRefused()).hasSize(200);
        assertThat(preview.getExpected()).isNull();
        assertThat(preview.getDrifts()).isEmpty();
    }
}
