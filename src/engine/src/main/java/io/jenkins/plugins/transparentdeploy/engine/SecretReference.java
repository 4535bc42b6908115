package io.jenkins.plugins.transparentdeploy.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a secret is. Only this is ever written down; the secret is looked up when it is needed and then forgotten. */
public sealed interface SecretReference {
    /**
     * The secret itself; not blank.
     *
     * @throws IOException when it is not there now; the message names the place, never what is in it
     */
    String resolve() throws IOException;

    /** In a variable of the environment of the process that asks. */
    record Variable(String name) implements SecretReference {
        /** @throws RefusedException when no variable can have this name */
        public Variable {
            if (name.isBlank() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
                throw new RefusedException(
                        "A secret is to be in the environment variable '" + name + "'", "Give the name of a variable");
            }
        }

        @Override
        public String resolve() throws IOException {
            String value = System.getenv(name);
            if (value == null || value.isBlank()) {
                throw new IOException("the environment variable " + name + " is not set where it is needed");
            }
            return value;
        }

        @Override
        public String toString() {
            return "the environment variable " + name;
        }
    }

    /** In a file on the machine that asks, which holds nothing else; white space around it does not count. */
    record Stored(Path path) implements SecretReference {
        private static final long LIMIT = 64 * 1024;

        /** @throws RefusedException when the path is not absolute */
        public Stored {
            if (!path.isAbsolute()) {
                throw new RefusedException(
                        "The file of a secret, " + path + ", is not absolute", "Give its whole path");
            }
        }

        @Override
        public String resolve() throws IOException {
            if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
                throw new IOException("the file " + path + " with the secret is missing or cannot be read");
            }
            if (Files.size(path) > LIMIT) {
                throw new IOException("the file " + path + " is too large for a secret");
            }
            String value = Files.readString(path, StandardCharsets.UTF_8).strip();
            if (value.isEmpty()) {
                throw new IOException("the file " + path + " with the secret is empty");
            }
            return value;
        }

        @Override
        public String toString() {
            return "the file " + path;
        }
    }
}
