package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.RootHash;
import io.jenkins.plugins.transparentdeploy.engine.target.ReleaseLabel;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code look.sh} said. */
final class HostFacts {
    private static final Pattern FREE = Pattern.compile("\\s\\d+\\s+\\d+\\s+(-?\\d+)\\s+\\S*%?\\s+/");
    private static final int KIBIBYTE = 1024;

    /**
     * A release directory.
     *
     * @param age when it was filled, in seconds since 1970
     * @param label what it was filled with, as its label says; empty if it has none
     * @param digest of what is there, which was read, or is as it was when it was read; empty if neither is known
     */
    record Release(String name, BigDecimal age, Optional<ReleaseLabel> label, Optional<String> digest) {
        boolean saysToHave(RootHash contentRoot) {
            return label.filter(said -> said.contentRoot().equals(contentRoot)).isPresent();
        }
    }

    private final HostDirectory directory;
    private final List<Fact> facts;
    private final List<Release> releases = new ArrayList<>();

    /** @param index is asked of what was not read, and told of what was */
    HostFacts(byte[] answer, HostDirectory directory, HostIndex index) throws IOException {
        this.directory = directory;
        this.facts = Fact.all(answer, directory);
        readReleases(index);
    }

    Dialect dialect() {
        return new Dialect(
                first("time").filter("%.9Y"::equals).isPresent(),
                first("zero").filter("-z"::equals).isPresent(),
                first("gzip").isPresent());
    }

    /** What a script may be told instead of finding out again which tools there are; empty if that was not found out. */
    String tools() {
        if (first("time").isEmpty()) {
            return "";
        }
        return String.join(
                "/",
                dialect().time(),
                dialect().zeroOption(),
                dialect().gzipOption(),
                first("rename").orElse(""));
    }

    /** All releases, the youngest first. */
    List<Release> releases() {
        return releases;
    }

    Optional<Release> release(String name) {
        return releases.stream().filter(release -> release.name().equals(name)).findFirst();
    }

    /** Whether a release cannot have this name because something has. */
    boolean isTaken(String name) {
        return release(name).isPresent() || all("taken").contains(name);
    }

    /** The release that is live. */
    Optional<Release> live() {
        return first("live").flatMap(this::release);
    }

    /** What {@code current} says. */
    Optional<String> link() {
        return first("link");
    }

    /** How a rename is done; only when a change was begun. */
    String rename() {
        return first("rename").orElse("none");
    }

    /** Whether a change was begun. */
    boolean begun() {
        return first("begun").isPresent();
    }

    /** Whether nothing that is put there can be started. */
    boolean noexec() {
        return first("noexec").isPresent();
    }

    /** The numbers of user and group that new files are given; empty if that is who logs in. */
    Optional<String> ownerToGive() {
        boolean root = first("uid").filter("0"::equals).isPresent();
        return root ? first("ids").filter(ids -> ids.matches("\\d+:\\d+")) : Optional.empty();
    }

    /** @throws RefusedException if this many bytes cannot be written */
    void requireSpace(long bytes) throws IOException {
        Matcher line = FREE.matcher(first("df").orElse(""));
        if (!line.find()) {
            throw Fact.strange("what df says is '" + first("df").orElse("") + "'", directory);
        }
        long free = Math.max(0, Long.parseLong(line.group(1))) * KIBIBYTE;
        if (free < bytes) {
            throw new RefusedException(
                    "The filesystem of the target %s has %d bytes free, but %d are needed"
                            .formatted(directory.place(), free, bytes),
                    "Free " + (bytes - free) + " bytes on it, or lower what is retained");
        }
    }

    /** Whether any controller has deployed there. */
    boolean hasOwner() {
        return first("owner").isPresent();
    }

    /** @throws RefusedException if it belongs to another controller */
    void requireOwner(Ownership ownership) {
        Optional<String> owner = first("owner");
        if (owner.isPresent() && !owner.get().startsWith(ownership.controller().value())) {
            String[] words = owner.get().split(" ", 2);
            throw new RefusedException(
                    "The target %s is deployed to by another controller, %s (host id %s)"
                            .formatted(directory.place(), words.length > 1 ? words[1] : "without a name", words[0]),
                    "Release from there, or, if that one deploys there no more, take the target over with --take-over (in a Jenkinsfile, takeOver: true)");
        }
    }

    /** @throws RefusedException if the host or the directory cannot be deployed to */
    void requireUsable() throws IOException {
        requireTools();
        String place = directory.place();
        Optional<String> root = first("root");
        if (root.isPresent()) {
            throw refusalOfRoot(root.get(), place);
        }
        first("misplaced").ifPresent(name -> {
            throw new RefusedException(
                    directory.place(name) + " is not a directory", "Move it away; the target needs that name");
        });
        first("closed").ifPresent(name -> {
            throw closed(directory.place(name));
        });
        first("mount").ifPresent(name -> {
            throw new RefusedException(
                    directory.place(name) + " is on another filesystem than " + place
                            + ", so nothing can be renamed from one to the other",
                    "Unmount it, or deploy to a directory inside it");
        });
        first("astray").ifPresent(destination -> {
            throw new RefusedException(
                    directory.place("current") + " leads to " + destination + ", which is no directory in "
                            + directory.place("releases"),
                    "Let it lead to a directory there, or remove the link if nothing is live");
        });
        if (first("current").isPresent()) {
            throw new RefusedException(
                    directory.place("current") + " is not a symbolic link, so it cannot be switched",
                    "Move it to " + directory.place("releases/initial")
                            + " and make a link to that, or deploy to another directory");
        }
        if (first("df").isEmpty()) {
            throw Fact.strange("it ends early", directory);
        }
    }

    /** @throws RefusedException if the host cannot switch a link with one rename */
    void requireRename() {
        if (rename().equals("none")) {
            throw new RefusedException(
                    directory.shell().name() + " has nothing that can switch a link with one rename",
                    "Install GNU coreutils, BusyBox, Python 3 or Perl there");
        }
    }

    private void requireTools() {
        List<String> lacking = all("lacks");
        if (!lacking.isEmpty()) {
            throw new RefusedException(
                    directory.shell().name() + " lacks " + String.join(", ", lacking),
                    "Install GNU coreutils, findutils and tar there, or BusyBox");
        }
    }

    private RuntimeException refusalOfRoot(String what, String place) {
        switch (what) {
            case "missing":
                return new RefusedException(
                        "The target " + place + " does not exist",
                        "Create the directory, or correct the path of the target");
            case "file":
                return new RefusedException(
                        "The target " + place + " is not a directory", "Correct the path of the target");
            case "link":
                String real = first("real").orElse("");
                return new RefusedException(
                        "The target " + place + " is a symbolic link",
                        real.isEmpty()
                                ? "Name a directory that exists; the link leads nowhere"
                                : "Name the directory itself: " + real);
            case "mount":
                return new RefusedException(
                        "The target " + place + " is a mount point, which may not be there the next time",
                        "Deploy to a directory inside it, such as " + directory.place("app"));
            default:
                return closed(place);
        }
    }

    private RefusedException closed(String place) {
        return new RefusedException(
                "The directory " + place + " is not writable by user "
                        + first("user").orElse("?"),
                "Give that user read, write and search permission on it, or mount its filesystem writable");
    }

    private void readReleases(HostIndex index) throws IOException {
        Map<String, BigDecimal> ages = ages();
        for (int i = 0; i < facts.size(); i++) {
            if (facts.get(i).key().equals("release")) {
                releases.add(readRelease(i, ages, index));
            }
        }
        Comparator<Release> byAge = Comparator.comparing(Release::age);
        releases.sort(byAge.thenComparing(Release::name).reversed());
    }

    private Release readRelease(int at, Map<String, BigDecimal> ages, HostIndex index) throws IOException {
        String name = facts.get(at).value();
        int end = at + 1;
        while (end < facts.size() && !facts.get(end).key().equals("release")) {
            end++;
        }
        List<Fact> about = facts.subList(at + 1, end);
        try {
            TreeEvidence evidence = TreeEvidence.of(about);
            index.learn(name, evidence, dialect(), false);
            return new Release(
                    name,
                    ages.getOrDefault(
                            "releases/." + name + ".json", ages.getOrDefault("releases/" + name, BigDecimal.ZERO)),
                    about.stream()
                            .filter(fact -> fact.key().equals("label"))
                            .findFirst()
                            .flatMap(fact -> label(fact.value())),
                    index.digest(name, evidence, dialect()));
        } catch (NumberFormatException e) {
            throw Fact.strange(e.getMessage(), directory);
        }
    }

    /** When what is in releases/ was changed, by its path: a line each, with a time and a blank before. */
    private Map<String, BigDecimal> ages() {
        Map<String, BigDecimal> ages = new HashMap<>();
        for (String line : first("ages").orElse("").split("\n")) {
            int blank = line.indexOf(' ');
            // Whatever else is there has a name with a line feed in it.
            if (line.substring(0, Math.max(0, blank)).matches("-?\\d{1,18}([.]\\d{1,9})?")) {
                ages.put(line.substring(blank + 1), new BigDecimal(line.substring(0, blank)));
            }
        }
        return ages;
    }

    /** A label is only a help: one that is torn, or of another tool, is none. */
    private static Optional<ReleaseLabel> label(String text) {
        try {
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.ofNullable(Json.MAPPER.readValue(text, ReleaseLabel.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private Optional<String> first(String key) {
        return facts.stream()
                .filter(fact -> fact.key().equals(key))
                .map(Fact::value)
                .findFirst();
    }

    private List<String> all(String key) {
        return facts.stream()
                .filter(fact -> fact.key().equals(key))
                .map(Fact::value)
                .toList();
    }
}
