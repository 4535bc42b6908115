package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds one mapping of a service file: what was not said is left out, so that the service file's own value holds. */
public final class Properties {
    private final Map<String, Object> content = new LinkedHashMap<>();

    public Properties with(String name, @CheckForNull Object value) {
        boolean empty = value == null
                || value instanceof Collection<?> collection && collection.isEmpty()
                || value instanceof Map<?, ?> map && map.isEmpty();
        if (!empty) {
            content.put(name, value);
        }
        return this;
    }

    public Properties with(String name, @CheckForNull Setting<?> setting) {
        return with(name, setting == null ? null : setting.toServiceFile());
    }

    public Properties withAll(String name, @CheckForNull List<? extends Setting<?>> settings) {
        return with(
                name,
                settings == null
                        ? null
                        : settings.stream().<Object>map(Setting::toServiceFile).toList());
    }

    public Map<String, Object> build() {
        return content;
    }
}
