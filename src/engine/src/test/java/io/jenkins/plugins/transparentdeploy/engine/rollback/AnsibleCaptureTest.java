package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.Drifts;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.Outlook;
import io.jenkins.plugins.transparentdeploy.engine.release.Plan;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.target.ansible.Captured;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What Ansible writes down of hosts before a release, finds changed on them, and says of them. */
class AnsibleCaptureTest extends AnsibleHosts {
    @Test
    void whatIsCapturedIsInTheRecordAndReachesThePlaybookThatTakesBack() throws Exception {
        playbook(
                "rollback.yml",
                """
                - hosts: web
                  gather_facts: false
                  tasks:
                    - ansible.builtin.copy:
                        content: "{{ release_facts[inventory_hostname].mood }}, {{ release_facts[inventory_hostname].where }}"
                        dest: "{{ place }}/mood"
                        mode: "0600"
                    - ansible.builtin.copy:
                        src: "{{ release_state }}/{{ inventory_hostname }}{{ place }}/precious"
                        dest: "{{ place }}/precious"
                        mode: "0600"
                """);
        playbook("deploy.yml", PLAYBOOK + "    - ansible.builtin.fail: {msg: on purpose}\n");
        describe(
                "blue",
                ROLLBACK
                        + """
                capture:
                  files: ["@root@/a/precious", "@root@/b/precious", "@root@/a/not-there"]
                  facts:
                    mood: [cat, "{{ place }}/mood"]
                    where: [printf, "%s", "{{ place }}"]
                """);
        workshop.write("a", "precious", "of a", "mood", "calm\n");
        workshop.write("b", "precious", "of b", "mood", "tense\n");

        ReleaseRecord bad = run("1");

        assertThat(bad.state()).as(bad.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(bad.captured()).singleElement().satisfies(captured -> {
            assertThat(captured.files())
                    .extracting(Captured.CapturedFile::path, Captured.CapturedFile::content)
                    .as("both hosts are this machine, so each has the files of both")
                    .hasSize(4)
                    .contains(
                            org.assertj.core.groups.Tuple.tuple("a" + workshop.path("a/precious"), id("of a")),
                            org.assertj.core.groups.Tuple.tuple("b" + workshop.path("b/precious"), id("of b")));
            assertThat(captured.facts())
                    .isEqualTo(Map.of(
                            "a",
                                    Map.of(
                                            "mood",
                                            "calm",
                                            "where",
                                            workshop.path("a").toString()),
                            "b",
                                    Map.of(
                                            "mood",
                                            "tense",
                                            "where",
                                            workshop.path("b").toString())));
        });
        try (ManagedEnvironment environment = workshop.look()) {
            assertThat(environment.history().find(bad.id()).orElseThrow().captured())
                    .as("as it was written")
                    .isEqualTo(bad.captured());
        }
        assertThat(workshop.path("a/mood")).hasContent("calm, " + workshop.path("a"));
        assertThat(workshop.path("b/mood")).hasContent("tense, " + workshop.path("b"));
        assertThat(workshop.path("b/precious")).hasContent("of b");
    }

    private static ContentId id(String content) {
        return ContentId.of(content.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aFactThatCannotBeFoundOutEndsTheReleaseBeforeAnythingIsTouched() throws Exception {
        run("1");
        describe("blue", "capture: {facts: {mood: [cat, \"{{ place }}/mood\"]}}\n");
        workshop.write("a", "mood", "calm");
        ReleaseRecord bad = run("2");
        assertThat(bad.state()).isEqualTo(ReleaseState.ABANDONED);
        assertThat(bad.reasonOfState()).contains("playbook 'capture' failed on b (task 'tdeploy fact mood'");
        assertThat(bad.playbookRuns()).isEmpty();
        assertThat(on("a")).isEqualTo("1: 1 in blue");

        describe("blue", "capture: {facts: {\"no-name\": [date]}}\n");
        assertThatThrownBy(() -> run("2"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("capture.facts.no-name")
                .hasMessageContaining("letters, digits and underscores");
    }

    @Test
    void whatSomebodyElseChangedOnAHostIsDriftWhereThePlaybookCanTell() throws Exception {
        describe("blue", "drift: true\n");
        run("1");
        try (ManagedEnvironment environment = workshop.look()) {
            assertThat(Drifts.find(environment)).isEmpty();
        }
        Files.writeString(workshop.path("b/shop.conf"), "by hand");
        try (ManagedEnvironment environment = workshop.look()) {
            assertThat(Drifts.find(environment).get("shop")).singleElement().satisfies(drift -> {
                assertThat(drift.path()).isEqualTo("b:" + workshop.path("b/shop.conf"));
                assertThat(drift.found()).contains("'configure' would change it");
            });
        }
        assertThatThrownBy(() -> run("2"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("b:" + workshop.path("b/shop.conf"));
        assertThat(workshop.path("b/shop.conf")).hasContent("by hand");
        try (ManagedEnvironment environment = workshop.open()) {
            ReleaseRecord forced = new AutoRollback(environment).run(workshop.path("2"), Workshop.forced("2"));
            assertThat(forced.state()).as(forced.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
        }
        assertThat(on("b")).isEqualTo("2: 2 in blue");
    }

    /** Also where it stands at the place at which a long message is cut. */
    @Test
    void aCredentialGivenByReferenceReachesNeitherLogNorRecordWhateverAPlaybookSays() throws Exception {
        String credential = "kB7-9fQx2mLpT4vRz";
        workshop.write("secrets", "ansible.env", "DEPLOY_TOKEN=" + credential);
        playbook(
                "deploy.yml",
                PLAYBOOK
                        + """
                    - name: "log in with {{ lookup('env', 'DEPLOY_TOKEN') }}"
                      ansible.builtin.shell: >-
                        printf '%1990s' x; echo "$TOKEN"; echo "refused: $TOKEN" >&2; exit 1
                      environment: {TOKEN: "{{ lookup('env', 'DEPLOY_TOKEN') }}"}
                """);
        describe(
                "blue",
                "check: true\nenvironmentFile: \"@root@/secrets/ansible.env\"\n"
                        + "capture: {facts: {said: [echo, \"{{ lookup('env', 'DEPLOY_TOKEN') }}\"]}}\n");
        try (ManagedEnvironment environment = workshop.open()) {
            Plan plan = Plan.make(environment, workshop.path("1"), false);
            assertThat(Outlook.of(environment, plan, "1").changes().toString()).doesNotContain("kB7");
        }

        ReleaseRecord bad = run("1");

        assertThat(bad.reasonOfState()).contains("failed on a (task 'log in with ***'");
        assertThat(bad.captured().get(0).facts().get("a")).isEqualTo(Map.of("said", "***"));
        assertThat(workshop.events().toString()).contains("log in with ***").doesNotContain("kB7");
        try (Stream<Path> files = Files.walk(workshop.path("state/services"))) {
            List<Path> written = files.filter(Files::isRegularFile).toList();
            assertThat(written).anyMatch(file -> file.endsWith("release.json"));
            assertThat(written).allSatisfy(file -> assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                    .doesNotContain("kB7"));
        }
    }
}
