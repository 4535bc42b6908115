package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Names of another host: bytes, which are UTF-8 or refused. */
final class Text {
    private Text() {}

    /** @param place where the name was found, for messages */
    static String decode(byte[] bytes, int start, int end, String place) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, end - start))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new RefusedException(
                    "A name in " + place + " cannot be represented, for it is not UTF-8: '"
                            + new String(bytes, start, end - start, StandardCharsets.UTF_8) + "'",
                    "Rename it, or exclude the directory that it is in",
                    e);
        }
    }
}
