package io.jenkins.plugins.transparentdeploy.engine.target.ansible;

/**
 * What became of the tasks on one host, by number, as Ansible counts them.
 *
 * @param host its name in the inventory
 * @param ok tasks that went well, those that changed something included
 * @param unreachable tasks for which it could not be reached
 */
public record HostRecap(
        String host, int ok, int changed, int failed, int unreachable, int skipped, int rescued, int ignored) {

    /** Whether it is not as the playbook would have it. */
    public boolean isBad() {
        return failed > 0 || unreachable > 0;
    }

    @Override
    public String toString() {
        return "%s: %d ok, %d changed, %d failed, %d unreachable, %d skipped"
                .formatted(host, ok, changed, failed, unreachable, skipped);
    }
}
