package io.jenkins.plugins.transparentdeploy.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Has one request begun on its agent, at most once however often it is tried: the request's key tells. */
final class Submission {
    private static final String SERVICE_FILE = "transparent-deploy.yaml";

    private final RunRequest request;
    private final VirtualChannel channel;
    private final String jar;
    private Variables variables = Variables.none();

    /** Brings {@code tdeploy} to the agent, if it is not there. */
    Submission(RunRequest request, VirtualChannel channel) throws IOException, InterruptedException {
        this.request = request;
        this.channel = channel;
        this.jar = TdeployInstallation.ensure(channel, request.stateDirectory());
    }

    /**
     * What became of an earlier try; begins nothing.
     *
     * @return empty if that did not get there
     */
    Optional<Answer> begunBefore() throws IOException, InterruptedException {
        SubmitRun.Reply reply = submit(Variables.none(), false);
        return reply.exitCode() == SubmitRun.Reply.NOT_BEGUN ? Optional.empty() : Optional.of(answer(reply));
    }

    /**
     * Brings what the request needs: what it releases, and the values of what it only names. Idempotent.
     *
     * @param log gets a line for each warning
     * @return why it is not to be begun; empty if it may be
     */
    Optional<RunResult> prepare(Consumer<String> log) throws IOException, InterruptedException {
        useServiceFile();
        Deliveries deliveries = new Deliveries(channel, jar);
        deliveries.removeForgotten(request);
        Delivery delivery = request.delivery();
        if (delivery != null) {
            Optional<String> refusal = delivery.bring(request, deliveries.of(request));
            if (refusal.isPresent()) {
                return refusal.map(RunResult::refused);
            }
        }
        List<String> problems = new ArrayList<>();
        variables = Variables.of(
                request.service(), request.environment(), problems::add, warning -> log.accept("WARNING: " + warning));
        HostKey key = request.hostKey();
        if (key != null) {
            key.giveTo(request, variables, problems::add);
        }
        if (!problems.isEmpty() && request.releases()) {
            return Optional.of(RunResult.refused(String.join(" ", problems)));
        }
        // The way back is not barred by a check that cannot ask.
        problems.forEach(problem -> log.accept("WARNING: " + problem));
        return Optional.empty();
    }

    /** Once it is prepared. Whether it was begun is not known when this throws: {@link #begunBefore} tells later. */
    Answer begin() throws IOException, InterruptedException {
        return answer(submit(variables, true));
    }

    /** Removes what was brought for it. Idempotent. */
    void takeAway() throws IOException, InterruptedException {
        new Deliveries(channel, jar).of(request).deleteRecursive();
    }

    private SubmitRun.Reply submit(Variables values, boolean begin) throws IOException, InterruptedException {
        return channel.call(
                new SubmitRun(jar, request.stateDirectory(), request.key(), request.toString(), values, begin));
    }

    private void useServiceFile() throws IOException, InterruptedException {
        String workspace = request.workspace();
        if (workspace != null && request.looksForServiceFile()) {
            FilePath file = new FilePath(channel, workspace).child(SERVICE_FILE);
            if (file.exists()) {
                request.with("serviceFile", file.getRemote());
            }
        }
    }

    private Answer answer(SubmitRun.Reply reply) throws IOException {
        if (reply.directory() != null) {
            requireSameService(reply.service());
            request.with("service", reply.service());
        }
        return new Answer(reply.directory(), refusal(reply));
    }

    private static Optional<RunResult> refusal(SubmitRun.Reply reply) throws IOException {
        if (reply.exitCode() == 0) {
            return Optional.empty();
        }
        JsonNode answer = new ObjectMapper().readTree(reply.answer().startsWith("{") ? reply.answer() : "{}");
        String error = answer.path("error").asText(reply.answer().strip());
        return Optional.of(
                reply.exitCode() == 2
                        ? RunResult.refused(error).because(answer.path("refusal"))
                        : RunResult.error(error));
    }

    /** The host may say which service it is only where nobody else did: whatever was allowed was allowed for that. */
    private void requireSameService(@CheckForNull String answered) throws UntrueAnswerException {
        String asked = request.service();
        if (asked != null && !asked.equals(answered)) {
            throw new UntrueAnswerException(Messages.RunFollower_OtherService(
                    asked,
                    request.environment(),
                    HostText.of(String.valueOf(answered), HostText.NAME),
                    Agents.displayName(request.node())));
        }
    }

    /**
     * What a host says of a request.
     *
     * @param directory of its run there, or null if there is none
     * @param refusal why there is none, or why it did not go on
     */
    record Answer(@CheckForNull String directory, Optional<RunResult> refusal) {}
}
