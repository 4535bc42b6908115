package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.rollback.RollbackPreview;
import io.jenkins.plugins.transparentdeploy.engine.rollback.RollbackPreview.Stand;
import io.jenkins.plugins.transparentdeploy.engine.service.HumanDuration;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;

/** Shows a preview of a rollback to a person. */
record RollbackPlan(RollbackPreview preview, PrintWriter out) {
    private static final int SHOWN = 20;

    void show() {
        out.printf(
                "%s/%s: back from %s to %s%s%n",
                preview.service(),
                preview.environment(),
                preview.live().map(Stand::version).orElse("nothing"),
                preview.back()
                        .map(stand -> stand.version() + " of " + stand.at())
                        .orElse("nothing"),
                preview.givesUp() ? "; what is going on is given up" : "");
        preview.files().forEach(this::showFiles);
        preview.configuration()
                .forEach(setting -> out.printf(
                        "  setting %s: %s → %s%n",
                        setting.pointer(),
                        setting.before().map(Object::toString).orElse("-"),
                        setting.after().map(Object::toString).orElse("-")));
        list("takes back", preview.takenBack());
        list("runs again", preview.runAgain());
        list("cannot take back", preview.oneWay());
        preview.drifted()
                .forEach((instance, paths) ->
                        out.println("  changed by somebody else on " + instance + ": " + shortened(paths)));
        preview.expected()
                .ifPresent(expected -> out.printf(
                        "  takes about %s, as %d earlier ones did%n",
                        HumanDuration.format(expected), preview.measured()));
        preview.refused().forEach(why -> out.println("  REFUSED: " + why));
        out.println("Nothing was touched.");
    }

    private void showFiles(String instance, RollbackPreview.Files files) {
        List<String> lines = Stream.of(
                        files.created().stream().map(path -> "+ " + path),
                        files.updated().stream().map(path -> "~ " + path),
                        files.deleted().stream().map(path -> "- " + path))
                .flatMap(part -> part)
                .toList();
        int more = lines.size() - Math.min(SHOWN, lines.size()) + files.more();
        out.println("  " + instance + (lines.isEmpty() ? ": no file differs" : ":"));
        lines.stream().limit(SHOWN).forEach(line -> out.println("    " + line));
        if (more > 0) {
            out.println("    and " + more + " more");
        }
    }

    private void list(String what, List<String> names) {
        if (!names.isEmpty()) {
            out.println("  " + what + ": " + String.join(", ", names));
        }
    }

    private static String shortened(List<String> paths) {
        return String.join(", ", paths.subList(0, Math.min(SHOWN, paths.size())))
                + (paths.size() > SHOWN ? " and " + (paths.size() - SHOWN) + " more" : "");
    }

    /** Whether it could be done as it was asked for. */
    boolean isPossible() {
        return preview.refused().isEmpty();
    }
}
