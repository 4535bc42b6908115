package io.jenkins.plugins.transparentdeploy.engine.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConcurrentlyTest {
    private static final List<Integer> TWENTY = IntStream.range(0, 20).boxed().toList();

    @Test
    void oneAtATimeIsInOrderOnTheCallingThread() throws Exception {
        List<Integer> seen = new ArrayList<>();
        Thread caller = Thread.currentThread();
        Concurrently.each(1, TWENTY, one -> {
            assertThat(Thread.currentThread()).isSameAs(caller);
            seen.add(one);
        });
        assertThat(seen).isEqualTo(TWENTY);
    }

    @Test
    void soManyAreUnderWayAtATimeAndNoMore() throws Exception {
        CountDownLatch three = new CountDownLatch(3);
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Concurrently.each(3, TWENTY, one -> {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            three.countDown();
            three.await();
            underWay.decrementAndGet();
        });
        assertThat(most.get()).isEqualTo(3);
    }

    @Test
    void afterAFailureNothingIsBegunAndWhatIsUnderWayIsFinished() {
        AtomicReference<Thread> failing = new AtomicReference<>();
        CountDownLatch begun = new CountDownLatch(1);
        Queue<Integer> finished = new ConcurrentLinkedQueue<>();
        assertThatThrownBy(() -> Concurrently.each(2, TWENTY, one -> {
                    if (one == 0) {
                        failing.set(Thread.currentThread());
                        begun.await();
                        throw new IOException("broken");
                    }
                    begun.countDown();
                    await().until(() -> failing.get() != null && !failing.get().isAlive());
                    finished.add(one);
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("broken");
        assertThat(finished).containsExactly(1);
    }

    @Test
    void answersAreInTheOrderOfTheQuestions() throws Exception {
        assertThat(Concurrently.ask(5, TWENTY, one -> one * 2).entrySet())
                .extracting(entry -> entry.getKey() + "=" + entry.getValue())
                .startsWith("0=0", "1=2", "2=4")
                .hasSize(20);
    }
}
