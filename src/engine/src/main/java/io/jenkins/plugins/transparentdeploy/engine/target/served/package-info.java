/**
 * Targets on a host with Java: this program runs there, too, with a store and a journal of its own, and does what it does
 * on the machine itself. The control machine asks, in messages over one exchange with the host's shell:
 *
 * <pre>
 * control                                            host
 * {@link io.jenkins.plugins.transparentdeploy.engine.target.served.ServedTarget}  ── questions ──▶  {@link io.jenkins.plugins.transparentdeploy.engine.target.served.TargetService}
 *              ◀─ answers, objects ─     the target, its store, its journal
 * </pre>
 *
 * <p>Manifests travel as what differs from one that both sides have, objects only where they are missing. What the host
 * has begun it finishes also when the connection is cut: whoever connects again waits for that, and asks again. So every
 * question is safe to repeat. The host's store is a cache of what the control machine has: it may be pruned at any time.
 */
package io.jenkins.plugins.transparentdeploy.engine.target.served;
