package io.jenkins.plugins.transparentdeploy.engine.faults;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a file is that the engine keeps, by its path in the world. A disk may damage each, so each is to be found here, and is
 * damaged; those that no scenario has ({@code scaling.json}, {@code target.json}) have tests of their own.
 */
enum FileKind {
    HOST_ID("state/host-id"),
    WHEREABOUTS("state/whereabouts\\.json"),
    BUNDLE("state/store/bundles/[^/]+\\.bundle"),
    LOOSE_OBJECT("state/store/objects/[0-9a-f]{2}/[0-9a-f]{62}"),
    STAT_INDEX("state/store/index/[0-9a-f]{64}"),
    STORE_USER("state/store/users/[0-9a-f]{64}"),
    /** Of a process that died; who opens the store next removes it. */
    STAGED("state/store/staging/[0-9a-f-]{36}/[^/]+"),
    LOCK_HOLDER("state/.*/[^/]*lock\\.holder"),
    JOURNAL_SEGMENT("journal/\\d{6}-[^/]+\\.jsonl", true),
    CHECKPOINT("journal/checkpoint\\.json", true),
    RELEASE_RECORD("releases/[^/]+/release\\.json", true),
    POINT_OF_RELEASE("releases/[^/]+/rollback-point\\.json", true),
    ROLLBACK_POINT("rollback-points/[^/]+\\.json", true),
    RELEASE_INDEX("releases/index\\.jsonl", true),
    FREEZES("freezes\\.jsonl", true),
    FREEZES_NOTED("freezes\\.noted", true),
    ARCHIVED_JOURNAL("releases/[^/]+/journal\\.jsonl", true),
    ARCHIVED_PARENT("releases/[^/]+/parent\\.json", true),
    PACK("releases/[^/]+/content\\.pack", true),
    PACK_DIGEST("releases/[^/]+/content\\.pack\\.sha256", true),
    RELEASE_LABEL("live/releases/\\.[^/]+\\.json");

    private final Pattern path;

    FileKind(String path) {
        this.path = Pattern.compile(path);
    }

    FileKind(String path, boolean ofEnvironment) {
        this((ofEnvironment ? "state/services/[^/]+/[^/]+/" : "") + path);
    }

    /** The kind of this file; empty if nobody has named it. */
    static Optional<FileKind> of(String file) {
        return Arrays.stream(values())
                .filter(kind -> kind.path.matcher(file).matches())
                .findFirst();
    }

    /** Whether a file is one that the engine keeps, of whatever kind. */
    static boolean isKept(String file) {
        return file.startsWith("state/") || RELEASE_LABEL.path.matcher(file).matches();
    }
}
