package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Something that a script said: a key and a value, in this order, ended by NUL. */
record Fact(String key, String value) {

    /**
     * All that an answer says.
     *
     * @throws IOException if it is cut off, or is no such answer
     */
    static List<Fact> all(byte[] answer, HostDirectory directory) throws IOException {
        List<Fact> facts = new ArrayList<>();
        int start = 0;
        for (int end = 0; end < answer.length; end++) {
            if (answer[end] == 0) {
                facts.add(of(Text.decode(answer, start, end, directory.place()), directory));
                start = end + 1;
            }
        }
        if (start < answer.length) {
            throw strange("it is cut off", directory);
        }
        return facts;
    }

    private static Fact of(String text, HostDirectory directory) throws IOException {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw strange("'" + text + "'", directory);
        }
        return new Fact(text.substring(0, equals), text.substring(equals + 1));
    }

    static IOException strange(String what, HostDirectory directory) {
        return new IOException("What is said of " + directory.place() + " is not as it should be: " + what);
    }
}
