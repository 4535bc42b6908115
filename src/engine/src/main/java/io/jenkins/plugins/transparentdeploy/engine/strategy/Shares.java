package io.jenkins.plugins.transparentdeploy.engine.strategy;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import java.math.BigInteger;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Weights that divide requests as somebody wants them divided. */
public final class Shares {
    private static final int ALL = 100;

    private Shares() {}

    /**
     * Weights by which some backends get a share of all requests. Among themselves, both they and the others divide
     * requests as by their usual weights. Exact, unless that takes larger weights than there are; then off by less than
     * one in a thousand of the largest.
     *
     * @param usual the weight of each backend in service; of one that is drained, 0, and it stays drained
     * @param some those that get the share
     * @param percent 0 to 100
     * @return empty when the share cannot be had: when there is nobody in service to get it, or to get the rest
     */
    public static Map<String, Integer> of(Map<String, Integer> usual, Collection<String> some, int percent) {
        long ofSome = sum(usual, some, true);
        long ofOthers = sum(usual, some, false);
        if (percent > 0 && ofSome == 0 || percent < ALL && ofOthers == 0) {
            return Map.of();
        }
        Map<String, BigInteger> exact = new LinkedHashMap<>();
        usual.forEach((name, weight) -> exact.put(
                name,
                BigInteger.valueOf(weight)
                        .multiply(BigInteger.valueOf(some.contains(name) ? percent : ALL - percent))
                        .multiply(BigInteger.valueOf(Math.max(1, some.contains(name) ? ofOthers : ofSome)))));
        return fitted(exact);
    }

    /**
     * Weights by which some backends get all requests: their usual ones. One whose usual weight is 0 gets as much as the
     * largest of all: whoever is to serve alone must get requests, also when it was described as drained.
     */
    public static Map<String, Integer> only(Map<String, Integer> usual, Collection<String> some) {
        int largest = Math.max(1, usual.values().stream().reduce(0, Math::max));
        Map<String, Integer> weights = new LinkedHashMap<>();
        usual.forEach((name, weight) -> {
            int own = weight > 0 ? weight : largest;
            weights.put(name, some.contains(name) ? own : 0);
        });
        return weights;
    }

    private static long sum(Map<String, Integer> usual, Collection<String> some, boolean those) {
        return usual.entrySet().stream()
                .filter(entry -> some.contains(entry.getKey()) == those)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static Map<String, Integer> fitted(Map<String, BigInteger> exact) {
        BigInteger divisor = exact.values().stream().reduce(BigInteger.ZERO, BigInteger::gcd);
        BigInteger largest =
                exact.values().stream().reduce(BigInteger.ZERO, BigInteger::max).divide(divisor);
        // As large as they can be: a load balancer with fewer weights than we have rounds them the less.
        BigInteger factor = BigInteger.valueOf(LoadBalancer.MAX_WEIGHT).divide(largest);
        Map<String, Integer> weights = new LinkedHashMap<>();
        exact.forEach((name, weight) -> {
            BigInteger reduced = weight.divide(divisor);
            weights.put(
                    name, factor.signum() > 0 ? reduced.multiply(factor).intValueExact() : scaled(reduced, largest));
        });
        return weights;
    }

    /** Who is to get any requests at all gets some. */
    private static int scaled(BigInteger weight, BigInteger largest) {
        int scaled = weight.multiply(BigInteger.valueOf(LoadBalancer.MAX_WEIGHT))
                .add(largest.shiftRight(1))
                .divide(largest)
                .intValueExact();
        return weight.signum() > 0 ? Math.max(1, scaled) : 0;
    }
}
