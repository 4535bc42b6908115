package io.jenkins.plugins.transparentdeploy.rollback;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import io.jenkins.plugins.transparentdeploy.agent.HostText;
import io.jenkins.plugins.transparentdeploy.agent.Refusal;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What a rollback would do, as the host says. It is shown when it has come; what the controller knows is shown at once. The
 * answer is the host's: whatever it is, it is text on a page, and bounded.
 */
public final class HostPreview {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MOST = 200;
    private static final int LONGEST_TEXT = 1000;
    private static final int LONGEST_ANSWER = 32 * 1024 * 1024;
    /** Nobody has that many files, and a sum of them is still a number. */
    private static final long MOST_FILES = 1_000_000_000_000L;
    /** What is said to take longer is not said by anybody who measured it. */
    private static final Duration LONGEST_TIME = Duration.ofDays(7);
    /** How the command line's advice is known: it names an option. */
    private static final Pattern OPTION = Pattern.compile("(^|\\s)--[a-z]");

    private final JsonNode answer;

    @CheckForNull
    private final String problem;

    /** Null for a host that has records of the service. */
    @CheckForNull
    private final List<ReleaseSummary> replacements;

    /** What the page says that made live what is live; null if it does not say. */
    @CheckForNull
    private final String shown;

    /** The files of an instance that would change; {@code more} are not listed. */
    public record Files(String instance, List<String> created, List<String> updated, List<String> deleted, long more) {}

    /** A value of the service's description; empty where it is not there. */
    public record Setting(String pointer, String before, String after) {}

    /** Managed paths of an instance that somebody else changed. */
    public record Drift(String instance, List<String> paths) {}

    private HostPreview(
            JsonNode answer, @CheckForNull String problem, @CheckForNull List<ReleaseSummary> replacements) {
        this(answer, problem, replacements, null);
    }

    private HostPreview(
            JsonNode answer,
            @CheckForNull String problem,
            @CheckForNull List<ReleaseSummary> replacements,
            @CheckForNull String shown) {
        this.answer = answer;
        this.problem = problem;
        this.replacements = replacements;
        this.shown = shown;
    }

    /**
     * The host has no record of the service: it is another one than that on which it ran.
     *
     * @param replacements the releases that can be brought to it, the one that was asked for first
     */
    static HostPreview fresh(List<ReleaseSummary> replacements) {
        return new HostPreview(MAPPER.createObjectNode(), null, List.copyOf(replacements));
    }

    /** Whether the host has no record of the service, and nothing of it can be brought there. */
    public boolean isLost() {
        return replacements != null && replacements.isEmpty();
    }

    /** What can be brought to a host that has no record of the service; empty for one that has. */
    public List<ReleaseSummary> getReplacements() {
        return replacements == null ? List.of() : replacements;
    }

    /** @param text what the host printed */
    static HostPreview of(String text) {
        if (text.length() > LONGEST_ANSWER) {
            return unknown(Messages.HostPreview_TooLong(text.length()));
        }
        try {
            JsonNode answer = text.startsWith("{") ? MAPPER.readTree(text) : MAPPER.createObjectNode();
            if (answer.has("files")) {
                return new HostPreview(answer, null, null);
            }
            return unknown(answer.path("error").asText(text));
        } catch (JsonProcessingException e) {
            return unknown(text);
        }
    }

    /** The host could not be asked, or does not know. */
    static HostPreview unknown(String why) {
        return new HostPreview(MAPPER.createObjectNode(), cut(why), null);
    }

    /** The same, on a page that shows what this made live. */
    HostPreview beside(@CheckForNull String id) {
        return new HostPreview(answer, problem, replacements, id);
    }

    /** What a click is about that sees this: the release or rollback that made live what is live; empty for whatever is. */
    public String getAbout() {
        return answer.path("about").isTextual() ? cut(answer.path("about").asText()) : "";
    }

    /** Whether something else is live there than this controller has heard of. */
    public boolean isOtherwise() {
        return shown != null && !getAbout().isEmpty() && !getAbout().equals(shown);
    }

    /** The version that is live, as the host says; may be empty. */
    public String getLiveVersion() {
        return cut(answer.path("live").path("version").asText());
    }

    @CheckForNull
    public String getProblem() {
        return problem;
    }

    /** Whether it would go back without more hosts than may be left out, if it were forced. */
    public boolean isHostsOutOfReach() {
        return refusals().anyMatch(refusal -> refusal.obstacle().equals(Refusal.HOSTS_OUT_OF_REACH));
    }

    /** Whether it cannot come back, for its content is not on the host any more. */
    public boolean isGone() {
        return refusals().anyMatch(refusal -> refusal.obstacle().equals(Refusal.CONTENT_GONE));
    }

    public List<Files> getFiles() {
        List<Files> all = new ArrayList<>();
        answer.path("files").properties().stream()
                .limit(MOST)
                .forEach(instance -> all.add(new Files(
                        cut(instance.getKey()),
                        texts(instance.getValue().path("created")),
                        texts(instance.getValue().path("updated")),
                        texts(instance.getValue().path("deleted")),
                        count(instance.getValue().path("more")))));
        return all;
    }

    /** In one number: how many files would change, on all instances. */
    public long getFileCount() {
        JsonNode delta = answer.path("delta");
        return count(delta.path("created")) + count(delta.path("updated")) + count(delta.path("deleted"));
    }

    public List<Setting> getSettings() {
        List<Setting> all = new ArrayList<>();
        for (JsonNode setting : answer.path("configuration")) {
            if (all.size() < MOST) {
                all.add(new Setting(
                        cut(setting.path("pointer").asText()),
                        value(setting.path("before")),
                        value(setting.path("after"))));
            }
        }
        return all;
    }

    /** Hooks that would be taken back. */
    public List<String> getTakenBack() {
        return texts(answer.path("takenBack"));
    }

    /** Hooks that would be run again. */
    public List<String> getRunAgain() {
        return texts(answer.path("runAgain"));
    }

    /** Hooks that cannot be taken back: the point of no return lies between. */
    public List<String> getOneWay() {
        return texts(answer.path("oneWay"));
    }

    public List<Drift> getDrifts() {
        List<Drift> all = new ArrayList<>();
        answer.path("drifted").properties().stream()
                .limit(MOST)
                .forEach(instance -> all.add(new Drift(cut(instance.getKey()), texts(instance.getValue()))));
        return all;
    }

    /** Whether a release that has not come to its end would be given up for it. */
    public boolean isGivesUp() {
        return answer.path("givesUp").asBoolean();
    }

    /** The version that would come back, as the host says; may be empty. */
    public String getBackVersion() {
        return cut(answer.path("back").path("version").asText());
    }

    /** The median of earlier ones, as text; null if there were none. */
    @CheckForNull
    public String getExpected() {
        try {
            String text = answer.path("expected").asText();
            Duration expected = text.isEmpty() || text.equals("null") ? null : Duration.parse(text);
            return expected == null || expected.isNegative() || expected.compareTo(LONGEST_TIME) > 0
                    ? null
                    : Util.getTimeSpanString(expected.toMillis());
        } catch (DateTimeParseException | ArithmeticException e) {
            return null;
        }
    }

    public int getMeasured() {
        return (int) Math.min(MOST, count(answer.path("measured")));
    }

    /** Why it would be refused as it is asked for, with what to do about it on the page. */
    public List<String> getRefused() {
        return refusals().map(HostPreview::advice).toList();
    }

    private Stream<Refusal> refusals() {
        return StreamSupport.stream(answer.path("refusals").spliterator(), false)
                .limit(MOST)
                .map(Refusal::of);
    }

    /** The host advises in words of its command line; the page has boxes for that. */
    private static String advice(Refusal refusal) {
        String problem = cut(refusal.problem()) + ".";
        return switch (refusal.obstacle()) {
            case Refusal.CHANGED_BY_OTHERS -> problem + " " + Messages.HostPreview_Changed();
            case Refusal.POINT_OF_NO_RETURN -> problem + " " + Messages.HostPreview_OneWay();
            case Refusal.HOSTS_OUT_OF_REACH -> problem + " " + Messages.HostPreview_HostsOutOfReach();
            default -> OPTION.matcher(refusal.cure()).find() ? problem : problem + " " + cut(refusal.cure()) + ".";
        };
    }

    /** As it can be: not below zero, and no more than can be added up. */
    private static long count(JsonNode number) {
        return Math.max(0, Math.min(MOST_FILES, number.asLong()));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        for (JsonNode text : array) {
            if (texts.size() < MOST) {
                texts.add(cut(text.asText()));
            }
        }
        return texts;
    }

    private static String value(JsonNode value) {
        return value.isMissingNode() || value.isNull()
                ? ""
                : cut(value.isTextual() ? value.asText() : value.toString());
    }

    private static String cut(String text) {
        return HostText.of(text, LONGEST_TEXT);
    }
}
