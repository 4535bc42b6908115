package io.jenkins.plugins.transparentdeploy.engine.rollback;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.rollback.RollbackPreview.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** How two descriptions of a service differ, value by value. */
final class SettingsDelta {
    private final List<Setting> settings = new ArrayList<>();

    private SettingsDelta() {}

    static List<Setting> between(JsonNode before, JsonNode after) {
        SettingsDelta delta = new SettingsDelta();
        delta.compare("", before, after);
        return List.copyOf(delta.settings);
    }

    private void compare(String pointer, JsonNode before, JsonNode after) {
        if (before.equals(after)) {
            return;
        }
        if (!before.isObject() || !after.isObject()) {
            settings.add(new Setting(pointer, present(before), present(after)));
            return;
        }
        TreeSet<String> names = new TreeSet<>();
        before.fieldNames().forEachRemaining(names::add);
        after.fieldNames().forEachRemaining(names::add);
        names.forEach(name -> compare(
                pointer + "/" + name.replace("~", "~0").replace("/", "~1"), before.path(name), after.path(name)));
    }

    private static Optional<JsonNode> present(JsonNode node) {
        return node.isMissingNode() ? Optional.empty() : Optional.of(node);
    }
}
