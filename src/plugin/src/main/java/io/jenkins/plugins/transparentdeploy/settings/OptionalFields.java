package io.jenkins.plugins.transparentdeploy.settings;

import net.sf.json.JSONObject;

/**
 * Fields of a form that stand behind a check box: the browser submits them whether it is checked or not, and what was not
 * wanted must not become an override of the service file.
 */
public final class OptionalFields {
    private OptionalFields() {}

    /** Removes each field whose check box, named {@code <field>Given}, is not checked, and each that is empty. */
    public static JSONObject prune(JSONObject form, String... fields) {
        for (String field : fields) {
            Object given = form.opt(field + "Given");
            boolean unchecked = given != null && !"true".equals(given.toString());
            if (unchecked || "".equals(form.opt(field))) {
                form.remove(field);
            }
            form.remove(field + "Given");
        }
        return form;
    }
}
