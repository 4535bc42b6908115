package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Releases to the slot that does not serve, then moves all requests to it in one step. */
public class BlueGreenStrategy extends StrategySetting {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private List<String> slots;

    @CheckForNull
    private String keep;

    @DataBoundConstructor
    public BlueGreenStrategy() {}

    @CheckForNull
    public List<String> getSlots() {
        return slots;
    }

    /** @param slots lines of a slot, a colon, a blank, and its instances with commas between them */
    @DataBoundSetter
    public void setSlots(@CheckForNull List<String> slots) {
        this.slots = Lines.of(slots);
    }

    @CheckForNull
    public String getKeep() {
        return keep;
    }

    @DataBoundSetter
    public void setKeep(@CheckForNull String keep) {
        this.keep = Util.fixEmptyAndTrim(keep);
    }

    /** For the form. */
    public String getSlotsText() {
        return Lines.join(slots);
    }

    @Override
    public Object toServiceFile() {
        Map<String, Object> settings =
                new Properties().with("slots", members()).with("keep", keep).build();
        return settings.isEmpty() ? "blueGreen" : Map.of("blueGreen", settings);
    }

    @CheckForNull
    private Map<String, List<String>> members() {
        Map<String, String> lines = Lines.toMap(slots, ":");
        if (lines == null) {
            return null;
        }
        Map<String, List<String>> members = new LinkedHashMap<>();
        lines.forEach((slot, names) -> members.put(
                slot,
                Stream.of(names.split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList()));
        return members;
    }

    @Extension
    @Symbol("blueGreen")
    public static final class DescriptorImpl extends Descriptor<StrategySetting> {
        @Override
        public String getDisplayName() {
            return Messages.BlueGreenStrategy_DisplayName();
        }
    }
}
