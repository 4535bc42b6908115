package io.jenkins.plugins.transparentdeploy.cli;

/** What to say when the JVM has no more memory. */
final class MemoryUsedUp {
    private MemoryUsedUp() {}

    static String explaining(OutOfMemoryError exhausted) {
        return "Memory is used up (%s; the heap may have %d MiB). Give the JVM more, such as with JAVA_TOOL_OPTIONS=-Xmx2g"
                .formatted(exhausted.getMessage(), Runtime.getRuntime().maxMemory() >> 20);
    }
}
