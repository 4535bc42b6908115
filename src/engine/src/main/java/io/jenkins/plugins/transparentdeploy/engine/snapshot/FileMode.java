package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The permission bits of a file or directory, set-user-id, set-group-id and sticky included; in JSON four octal digits.
 *
 * @param bits 0 to 07777
 */
public record FileMode(int bits) {
    private static final int ALL = 07777;
    private static final int OWNER_EXECUTE = 0100;
    private static final int STICKY = 01000;
    private static final int OWNER_WRITE_AND_SEARCH = 0300;
    private static final int OWNER_ALL = 0700;

    /** Filled when needed: there are few, and many files have one. */
    private static final FileMode[] SHARED = new FileMode[ALL + 1];

    public FileMode {
        if ((bits & ~ALL) != 0) {
            throw new IllegalArgumentException("Not a file mode: 0" + Integer.toOctalString(bits));
        }
    }

    /** @param octal such as {@code 0644} */
    @JsonCreator
    public static FileMode parse(String octal) {
        return new FileMode(Integer.parseInt(octal, 8));
    }

    /** The permission bits of a raw {@code st_mode}, whose file type is dropped. */
    static FileMode ofRaw(int rawMode) {
        FileMode shared = SHARED[rawMode & ALL];
        if (shared == null) {
            shared = new FileMode(rawMode & ALL);
            SHARED[rawMode & ALL] = shared;
        }
        return shared;
    }

    /** Whether the owner may execute it; the one bit that is content. */
    public boolean executable() {
        return (bits & OWNER_EXECUTE) != 0;
    }

    /** Whether in this directory only owners may rename and delete their files. */
    public boolean sticky() {
        return (bits & STICKY) != 0;
    }

    /** Whether a directory's owner may create, rename and delete in it. */
    public boolean opensDirectory() {
        return (bits & OWNER_WRITE_AND_SEARCH) == OWNER_WRITE_AND_SEARCH;
    }

    /** This mode, with all that the owner can do to a directory. */
    public FileMode opened() {
        return new FileMode(bits | OWNER_ALL);
    }

    @Override
    @JsonValue
    public String toString() {
        return new String(new char[] {digit(9), digit(6), digit(3), digit(0)});
    }

    private char digit(int shift) {
        return (char) ('0' + (bits >> shift & 7));
    }
}
