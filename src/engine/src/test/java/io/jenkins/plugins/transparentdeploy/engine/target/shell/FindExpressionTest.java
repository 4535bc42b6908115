package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What find leaves out is just what is not managed. */
class FindExpressionTest {
    private static final List<String> NAMES = List.of("a", "b", "ab", "a.pid", ".hidden", "-x");

    @TempDir
    private static Path tree;

    private static final List<String> PATHS = new ArrayList<>();

    @BeforeAll
    static void makeAll() throws IOException {
        make(tree, 4);
        try (Stream<Path> walk = Files.walk(tree)) {
            walk.filter(path -> !path.equals(tree))
                    .forEach(path -> PATHS.add(tree.relativize(path).toString()));
        }
    }

    private static void make(Path directory, int depth) throws IOException {
        for (String name : NAMES) {
            Path child = Files.createDirectory(directory.resolve(name));
            if (depth > 1) {
                make(child, depth - 1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a/**",
                "/a/b",
                "a/b/**",
                "*.pid",
                "a*",
                "?",
                ".*",
                "-*",
                "a/*",
                "*/b",
                "a/*/b",
                "*/*/a.pid",
                "a*/**",
                "**/b",
                "**/a/b",
                "a/**/b",
                "a/**/b/**",
                "a/**/**",
                "**/*.pid",
                "a/**/*.pid",
                "a/b/**/a*",
                "?/?",
                "a/?b/**",
                "**/.hidden/**"
            })
    void matchesWhatThePatternDoes(String pattern) throws Exception {
        for (ManagedPaths managed : List.of(
                new ManagedPaths(List.of(), List.of(pattern)), new ManagedPaths(List.of(), List.of("b/a", pattern)))) {
            ManagedPaths.Matcher matcher = managed.matcher();

            assertThat(find(managed))
                    .containsExactlyInAnyOrderElementsOf(PATHS.stream()
                            .filter(path -> !matcher.excludes(path))
                            .toList());
        }
    }

    @Test
    void withoutPatternsAllIsManaged() throws Exception {
        assertThat(find(ManagedPaths.ALL)).containsExactlyInAnyOrderElementsOf(PATHS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a*/**/b", "**/a/*", "a**b", "a/**/b/**/*.pid"})
    void refusesWhatFindCannotSay(String pattern) {
        assertThatThrownBy(() -> FindExpression.of(new ManagedPaths(List.of(), List.of(pattern))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(pattern);
    }

    private static List<String> find(ManagedPaths managed) throws IOException {
        List<String> command = new ArrayList<>(List.of("find", "."));
        command.addAll(FindExpression.of(managed));
        command.addAll(List.of("-prune", "-o", "!", "-path", ".", "-print0"));
        Process process = new ProcessBuilder(command)
                .directory(tree.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String found = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return found.isEmpty()
                ? List.of()
                : Stream.of(found.split("\0")).map(path -> path.substring(2)).toList();
    }
}
