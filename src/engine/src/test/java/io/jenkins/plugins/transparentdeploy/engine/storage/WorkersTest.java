package io.jenkins.plugins.transparentdeploy.engine.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkersTest {
    /** The JVM has one such error for all, so that what is thrown and what closing throws are the same object. */
    @Test
    void memoryThatIsUsedUpIsSaidAlsoWhenClosingFindsIt() {
        OutOfMemoryError always = new OutOfMemoryError("Java heap space");
        List<Integer> many = IntStream.range(0, 100).boxed().toList();

        assertThatThrownBy(() -> {
                    try (Closeable resource = () -> {
                        throw always;
                    }) {
                        Workers.each(many, one -> {
                            throw always;
                        });
                    }
                })
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessage("Java heap space")
                .hasCause(always)
                .hasSuppressedException(always);
    }
}
