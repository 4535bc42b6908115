package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A script for {@code /bin/sh}, written so that whatever login shell a user has hands it over unchanged. An SSH server
 * gives what is to be run to that shell, and sh, csh and fish read quotes differently. So only characters that mean the
 * same to all of them stand between quotes; the others are written as octal numbers, which {@code printf %b} reads back.
 */
final class LoginShellCommand {
    /** Linux gives no program an argument of more than 128 KiB. */
    private static final int LIMIT = 120 * 1024;

    private LoginShellCommand() {}

    /**
     * @param script for {@code /bin/sh}
     * @param arguments {@code $1} and so on
     * @throws RefusedException when there is a NUL character in it, or it is too long
     */
    static String of(String script, List<String> arguments) {
        StringBuilder program = new StringBuilder("set --");
        for (String argument : arguments) {
            program.append(' ').append(quote(argument));
        }
        program.append('\n').append(script).append('\n');
        String command = "exec /bin/sh -c 'eval \"$(printf %b \"$1\")\"' sh '" + encode(program.toString()) + "'";
        if (command.length() > LIMIT) {
            throw new RefusedException(
                    "A command for another host has " + command.length() + " bytes, and " + LIMIT + " are possible",
                    "Give it fewer or shorter arguments");
        }
        return command;
    }

    /** For the POSIX shell: nothing between single quotes means anything but itself. */
    static String quote(String word) {
        if (word.indexOf('\0') >= 0) {
            throw new RefusedException("An argument for another host has a NUL character in it", "Remove it");
        }
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private static String encode(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b < ' ' || b == '\'' || b == '\\' || b == '!' || b == 0x7f) {
                encoded.append(String.format("\\0%03o", b & 0xff));
            } else {
                encoded.append((char) b);
            }
        }
        return encoded.toString();
    }
}
