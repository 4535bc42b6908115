package io.jenkins.plugins.transparentdeploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a job gets its Jenkinsfile from, on this machine: {@code GitSCM.ALLOW_LOCAL_CHECKOUT} has to be set. */
public final class GitRepository {
    private final Path directory;

    /** An empty one, with the branch {@code main}. */
    public GitRepository(Path directory) throws IOException, InterruptedException {
        this.directory = Files.createDirectories(directory);
        git("init", "-q", "-b", "main");
    }

    public Path directory() {
        return directory;
    }

    public String url() {
        return directory.toUri().toString();
    }

    /** The file, and whatever else has changed since the last time. */
    public void commit(String file, String content) throws IOException, InterruptedException {
        Files.writeString(directory.resolve(file), content);
        git("add", "--all");
        git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "change");
    }

    public void git(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Process git = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(git.waitFor()).as(output).isZero();
    }
}
