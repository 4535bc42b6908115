package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.util.Optional;
import java.util.Set;

/**
 * What somebody wants released, or brought back.
 *
 * @param version what people call it
 * @param commit the source it was built from
 * @param reason why, in the asker's words
 * @param insistences what to do although it is refused otherwise
 */
public record ReleaseRequest(
        String version, Optional<String> commit, Actor actor, Optional<String> reason, Set<Insistence> insistences) {

    /** In characters; a tag of a build in deep folders is shorter. */
    private static final int LONGEST_VERSION = 250;

    public ReleaseRequest {
        insistences = Set.copyOf(insistences);
    }

    /** @param force whether to insist on {@link Insistence#DRIFT} */
    public ReleaseRequest(
            String version, Optional<String> commit, Actor actor, Optional<String> reason, boolean force) {
        this(version, commit, actor, reason, force ? Set.of(Insistence.DRIFT) : Set.of());
    }

    /**
     * Looks at what somebody wants to call a release. Records of earlier versions may have others.
     *
     * @throws RefusedException when people could not read it in a line, or not name it for a rollback
     */
    public static void requireVersion(String version) {
        String cure = "Give the release another version: at most " + LONGEST_VERSION + " characters in one line";
        if (version.isBlank() || !version.equals(version.strip())) {
            throw new RefusedException(
                    "The version '" + printable(version) + "' "
                            + (version.isBlank() ? "is empty" : "begins or ends with a space"),
                    cure);
        }
        if (!version.equals(printable(version))) {
            throw new RefusedException(
                    "The version '" + printable(version) + "' is too long, or has a line break or a control character",
                    cure);
        }
        if (version.equals("previous") || version.startsWith("journal:")) {
            throw new RefusedException(
                    "The version '" + version + "' means something else to a rollback",
                    "Give the release another version");
        }
    }

    private static String printable(String version) {
        return version.codePoints()
                .map(c -> isPrintable(c) ? c : '?')
                .limit(LONGEST_VERSION)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isPrintable(int c) {
        int type = Character.getType(c);
        return type != Character.CONTROL
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && type != Character.SURROGATE;
    }

    /** Whether to go on although managed paths were changed by somebody else; they are snapshotted first. */
    public boolean force() {
        return insistsOn(Insistence.DRIFT);
    }

    public boolean insistsOn(Insistence insistence) {
        return insistences.contains(insistence);
    }

    /** The same, called by another version. */
    ReleaseRequest of(String otherVersion) {
        return new ReleaseRequest(otherVersion, commit, actor, reason, insistences);
    }
}
