package io.jenkins.plugins.transparentdeploy.engine.check;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Keeps the first {@link HttpAnswer#BODY_LIMIT} bytes of a body, and gives up the rest. */
final class BoundedBody implements HttpResponse.BodySubscriber<BoundedBody.Text> {
    /** What was kept, as UTF-8, and whether there was more. */
    record Text(String text, boolean truncated) {}

    private final CompletableFuture<Text> result = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Flow.Subscription subscription;

    static HttpResponse.BodyHandler<Text> handler() {
        return info -> new BoundedBody();
    }

    @Override
    public CompletionStage<Text> getBody() {
        return result;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            byte[] chunk = new byte[Math.min(buffer.remaining(), HttpAnswer.BODY_LIMIT - bytes.size())];
            buffer.get(chunk);
            bytes.write(chunk, 0, chunk.length);
            if (buffer.hasRemaining()) {
                subscription.cancel();
                result.complete(new Text(bytes.toString(StandardCharsets.UTF_8), true));
                return;
            }
        }
        subscription.request(1);
    }

    @Override
    public void onError(Throwable failure) {
        result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        result.complete(new Text(bytes.toString(StandardCharsets.UTF_8), false));
    }
}
