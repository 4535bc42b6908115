package io.jenkins.plugins.transparentdeploy.engine.service;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads how long the content of old releases is kept. */
final class RetentionReader {
    static final Set<String> KEYS = Set.of("releases", "age", "quota");

    private RetentionReader() {}

    /** Empty when nothing is to be removed by itself. */
    static Optional<Keeping> read(Section environment) {
        return environment.child("retention").map(node -> keeping(environment.section("retention", KEYS)));
    }

    private static Keeping keeping(Section section) {
        return new Keeping(
                section.whole("releases", Keeping.DEFAULT_RELEASES, 1, 100_000),
                section.duration("age"),
                quota(section));
    }

    private static OptionalLong quota(Section section) {
        Optional<String> text = section.text("quota");
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        OptionalLong bytes = HumanSize.parse(text.get());
        if (bytes.isEmpty() || bytes.getAsLong() == 0) {
            throw section.bad("quota", "is '" + text.get() + "', not a size", HumanSize.EXAMPLES);
        }
        return bytes;
    }
}
