package io.jenkins.plugins.transparentdeploy.engine.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessTableTest {
    private static final String AFTER_NAME = " 1 42 43 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 10 11 12";

    @Test
    void readsANameThatTriesToBeFields() {
        ProcessTable.Entry entry = ProcessTable.parse(7, "7 (a) Z 9 9 (b)) S" + AFTER_NAME);
        assertThat(entry).isEqualTo(new ProcessTable.Entry(7, 'S', 42, 43, 987_654));
        assertThat(entry.isAlive()).isTrue();
    }

    @Test
    void aZombieIsNotAlive() {
        assertThat(ProcessTable.parse(7, "7 (java) Z" + AFTER_NAME).isAlive()).isFalse();
    }
}
