/**
 * The engine behind transparent releases: {@code S = S0 + O1 + … + On}. A state is a snapshot plus the operations
 * journaled since; undoing them backwards returns to {@code S0}.
 *
 * <p>Everything is non-null unless it says otherwise; absence is an {@link java.util.Optional} return value.
 */
package io.jenkins.plugins.transparentdeploy.engine;
