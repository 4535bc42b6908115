package io.jenkins.plugins.transparentdeploy.engine.check;

import java.util.List;

/** The secrets that a request was sent with. They are hidden in what is kept as evidence: a server may send them back. */
record SentSecrets(List<String> secrets) {
    /** Knows none. */
    static final SentSecrets NONE = new SentSecrets(List.of());

    SentSecrets {
        secrets = List.copyOf(secrets);
    }

    String hide(String text) {
        String cleaned = text;
        for (String secret : secrets) {
            cleaned = cleaned.replace(secret, "***");
        }
        return cleaned;
    }

    /** Never the secrets. */
    @Override
    public String toString() {
        return secrets.size() + " secrets";
    }
}
