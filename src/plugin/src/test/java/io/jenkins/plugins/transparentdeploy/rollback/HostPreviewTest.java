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
                 "expected": "PT4.2S", "measured": 3, "refusals": [{"obstacle": "OTHER", "problem": "no way", "cure": "Ask ada"}],
                 "givesUp": true, "back": {"version": "1.1"}}
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
        assertThat(preview.getRefused()).containsExactly("no way. Ask ada.");
        assertThat(preview.isGivesUp()).isTrue();
        assertThat(preview.getBackVersion()).isEqualTo("1.1");
    }

    @Test
    void whatIsLiveThereWithoutThisJenkinsHavingHeardOfItIsToldApart() {
        HostPreview preview = HostPreview.of("{\"files\": {}, \"about\": \"b\", \"live\": {\"version\": \"1.1\"}}");
        assertThat(preview.getAbout()).isEqualTo("b");
        assertThat(preview.beside("a").isOtherwise()).isTrue();
        assertThat(preview.beside("a").getLiveVersion()).isEqualTo("1.1");
        assertThat(preview.beside("b").isOtherwise()).isFalse();
        assertThat(preview.beside(null).isOtherwise()).as("something goes on").isFalse();
        assertThat(HostPreview.of("{\"files\": {}, \"about\": null}")
                        .beside("a")
                        .isOtherwise())
                .as("something goes on there")
                .isFalse();
    }

    @Test
    void whatTheHostAdvisesForItsCommandLineIsSaidInWordsOfThePage() {
        HostPreview preview = refused(
                refusal("CHANGED_BY_OTHERS", "Managed paths were changed", "Put them back, or force"),
                refusal("POINT_OF_NO_RETURN", "It leads across x/1.2", "Accept it with --accept-one-way"),
                refusal("HOSTS_OUT_OF_REACH", "2 hosts cannot be reached", "or force"),
                refusal("FROM_A_LATER_VERSION", "It is late", "Use --force"),
                refusal("OTHER", "There is no release 'x'", "See 'tdeploy history'"));
        assertThat(preview.getRefused())
                .hasSize(5)
                .noneMatch(why -> why.contains("or force") || why.contains("--"))
                .anyMatch(why -> why.startsWith("Managed paths were changed. Put them back, or overwrite them below"))
                .anyMatch(why -> why.startsWith("It leads across x/1.2. Release a mended version"))
                .contains("It is late.", "There is no release 'x'. See 'tdeploy history'.");
        assertThat(preview.isHostsOutOfReach()).isTrue();
        assertThat(preview.isGone()).isFalse();
    }

    @Test
    void contentThatIsGoneIsKnownByWhatTheHostCallsItAndNotByItsWords() {
        assertThat(refused(refusal("CONTENT_GONE", "Was ist weg", "Importieren"))
                        .isGone())
                .isTrue();
        assertThat(refused(refusal("OTHER", "The object 1234 is missing from the store", "Import a pack"))
                        .isGone())
                .isFalse();
    }

    @Test
    void numbersThatCannotBeBreakNothing() {
        HostPreview preview = HostPreview.of("{\"files\": {\"a\": {\"more\": -3}}, \"delta\": {\"created\":"
                + " 9223372036854775807, \"updated\": 9223372036854775807, \"deleted\": 1e999}, \"measured\": -1,"
                + " \"expected\": \"PT2562047788015H\"}");
        assertThat(preview.getFileCount()).isPositive();
        assertThat(preview.getFiles().get(0).more()).isZero();
        assertThat(preview.getMeasured()).isZero();
        assertThat(preview.getExpected()).isNull();
        assertThat(HostPreview.of("{\"files\": {}, \"expected\": \"PT-5S\"}").getExpected())
                .isNull();
    }

    private static HostPreview refused(String... refusals) {
        return HostPreview.of("{\"files\": {}, \"refusals\": [" + String.join(", ", refusals) + "]}");
    }

    private static String refusal(String obstacle, String problem, String cure) {
        return "{\"obstacle\": \"" + obstacle + "\", \"problem\": \"" + problem + "\", \"cure\": \"" + cure + "\"}";
    }

    @Test
    void whatIsNoAnswerIsAProblemInItsOwnWords() {
        assertThat(HostPreview.of("{\"error\": \"locked by ada\"}").getProblem())
                .isEqualTo("locked by ada");
        assertThat(HostPreview.of("java: not found").getProblem()).isEqualTo("java: not found");
        assertThat(HostPreview.of("{\"files\": ").getProblem()).isNotEmpty();
        assertThat(HostPreview.of("java: not found").isGone()).isFalse();
        assertThat(HostPreview.of("x".repeat(1_000_000)).getProblem()).hasSize(1001);
        assertThat(HostPreview.of("x".repeat(40_000_000)).getProblem()).contains("40,000,000");
    }

    @Test
    void anAnswerWithoutEndIsCutOff() {
        String paths = "\"p\",".repeat(100_000) + "\"p\"";
        String refusals = "{},".repeat(100_000) + "{}";
        HostPreview preview = HostPreview.of("{\"files\": {\"a\": {\"created\": [" + paths
                + "]}}, \"expected\": \"forever\", \"refusals\": [" + refusals + "], \"drifted\": 7}");
        assertThat(preview.getFiles().get(0).created()).hasSize(200);
        assertThat(preview.getRefused()).hasSize(200);
        assertThat(preview.getExpected()).isNull();
        assertThat(preview.getDrifts()).isEmpty();
    }
}
