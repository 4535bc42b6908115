package io.jenkins.plugins.transparentdeploy.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The {@code tdeploy.jar} that is shipped inside the plugin. */
final class TdeployJar {
    private TdeployJar() {}

    private static final class Holder {
        private static final String SHA256 = digestOf(TdeployJar::open);
    }

    @FunctionalInterface
    interface Source {
        InputStream open() throws IOException;
    }

    static InputStream open() throws IOException {
        InputStream jar = TdeployJar.class.getResourceAsStream("tdeploy.jar");
        if (jar == null) {
            throw new IOException(Messages.TdeployJar_Missing());
        }
        return jar;
    }

    /** Its SHA-256 in lower-case hex: what names it on agents. */
    static String sha256() {
        return Holder.SHA256;
    }

    static String digestOf(Source source) {
        try (DigestInputStream in = new DigestInputStream(source.open(), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
