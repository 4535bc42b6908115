package io.jenkins.plugins.transparentdeploy.engine.rollback;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A service in a JVM of its own: {@code ShopInstance PORT DIRECTORY}. Answers with what the release's file {@code app}
 * says, and, when there is a file {@code status}, with that status, or as the {@link Trouble} that a file {@code trouble} names;
 * {@code /ready} is always well. While there is a file {@code hold-} and its name beside the directory, whoever asks waits for the answer.
 */
final class ShopInstance {
    private ShopInstance() {}

    /** What can be wrong with a release that a look at one answer does not show. */
    enum Trouble {
        NONE,
        /** Every twentieth request fails. */
        ERRORS,
        /** Every request takes 300 ms. */
        SLOW,
        /** Every other second, every third request fails. */
        FLAPPING,
        /** After three seconds, every tenth request fails. */
        LATE,
        /** When there were more than fifteen requests in the last second, every third fails. */
        UNDER_LOAD,
        /** Nothing: each request takes a while, some take long, and none fails. */
        NOISY;

        private static final long SLOW_MILLIS = 300;
        private static final int LONG_MILLIS = 700;
        private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

        private final long began = System.nanoTime();
        private final AtomicLong requests = new AtomicLong();
        private final Deque<Long> lately = new ArrayDeque<>();

        /** Whether this request fails; takes its time. */
        boolean befalls() {
            long number = requests.incrementAndGet();
            long now = System.nanoTime() - began;
            return switch (this) {
                case NONE -> false;
                case ERRORS -> number % 20 == 0;
                case SLOW -> failsAfter(SLOW_MILLIS);
                case FLAPPING -> now / SECOND % 2 == 0 && number % 3 == 0;
                case LATE -> now > 3 * SECOND && number % 10 == 0;
                case UNDER_LOAD -> inTheLastSecond(now) > 15 && number % 3 == 0;
                case NOISY ->
                    failsAfter(
                            number % 40 == 0
                                    ? LONG_MILLIS
                                    : ThreadLocalRandom.current().nextInt(50));
            };
        }

        private synchronized int inTheLastSecond(long now) {
            lately.addLast(now);
            while (lately.getFirst() < now - SECOND) {
                lately.removeFirst();
            }
            return lately.size();
        }

        /** It does not. */
        private static boolean failsAfter(long millis) {
            try {
                TimeUnit.MILLISECONDS.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return false;
        }
    }

    /** The command that runs it, as a service file has it. */
    static String command() {
        return "[\"%s\", \"-XX:TieredStopAtLevel=1\", \"-XX:+UseSerialGC\", \"-cp\", \"%s\", \"%s\", \"{port}\", \"{directory}\"]"
                .formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        Path.of(ShopInstance.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .getPath()),
                        ShopInstance.class.getName());
    }

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[1]);
        byte[] app = Files.readAllBytes(directory.resolve("app"));
        Path statusFile = directory.resolve("status");
        int status = Files.exists(statusFile)
                ? Integer.parseInt(Files.readString(statusFile).trim())
                : 200;
        Path troubleFile = directory.resolve("trouble");
        Trouble trouble = Files.exists(troubleFile)
                ? Trouble.valueOf(Files.readString(troubleFile).trim())
                : Trouble.NONE;
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])), 0);
        server.setExecutor(Executors.newFixedThreadPool(16));
        server.createContext("/", exchange -> {
            waitWhile(directory.resolveSibling("hold-" + directory.getFileName()));
            answer(exchange, trouble.befalls() ? 500 : status, app);
        });
        server.createContext("/ready", exchange -> answer(exchange, 200, "ready".getBytes(StandardCharsets.UTF_8)));
        server.start();
    }

    private static void waitWhile(Path there) {
        while (Files.exists(there)) {
            Trouble.failsAfter(20);
        }
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
