package io.jenkins.plugins.transparentdeploy.engine.check;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** One client for each way to connect, so that connections are used again. */
final class HttpClients {
    private record Kind(boolean following, Optional<Path> authority) {}

    private final Map<Kind, HttpClient> clients = new ConcurrentHashMap<>();

    /** @throws IOException when the certificates cannot be read; it is tried again the next time */
    HttpClient client(boolean following, Optional<Path> authority) throws IOException {
        Kind kind = new Kind(following, authority);
        HttpClient known = clients.get(kind);
        if (known != null) {
            return known;
        }
        HttpClient made = make(kind);
        HttpClient earlier = clients.putIfAbsent(kind, made);
        return earlier == null ? made : earlier;
    }

    private static HttpClient make(Kind kind) throws IOException {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(kind.following() ? HttpClient.Redirect.NORMAL : HttpClient.Redirect.NEVER);
        if (kind.authority().isPresent()) {
            builder.sslContext(trusting(kind.authority().get()));
        }
        return builder.build();
    }

    private static SSLContext trusting(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int count = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority " + count++, certificate);
            }
            if (count == 0) {
                throw new IOException("the certificate file " + file + " has no certificate in it");
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate file " + file + " is not understood: " + e.getMessage(), e);
        } catch (java.nio.file.NoSuchFileException | java.nio.file.AccessDeniedException e) {
            throw new IOException("the certificate file " + file + " is missing or cannot be read", e);
        }
    }
}
