package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContentIdSetTest {
    @Test
    void hasWhatWasAddedAndNothingElse() {
        ContentIdSet set = new ContentIdSet();
        Set<ContentId> reference = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            ContentId id = id(i * i % 15_000);
            assertThat(set.add(id)).isEqualTo(reference.add(id));
        }
        assertThat(set.size()).isEqualTo(reference.size());
        for (int i = 0; i < 20_000; i++) {
            assertThat(set.contains(id(i))).isEqualTo(reference.contains(id(i)));
        }
    }

    /** It looks like nothing. */
    @Test
    void anIdOfZerosIsAnIdToo() {
        ContentId zeros = new ContentId("0".repeat(64));
        ContentIdSet set = new ContentIdSet();

        assertThat(set.contains(zeros)).isFalse();
        assertThat(set.add(zeros)).isTrue();
        assertThat(set.add(zeros)).isFalse();
        assertThat(set.contains(zeros)).isTrue();
        assertThat(set.size()).isEqualTo(1);
    }

    private static ContentId id(int number) {
        return ContentId.of(Integer.toString(number).getBytes(StandardCharsets.UTF_8));
    }
}
