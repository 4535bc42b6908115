/**
 * Hosts that Ansible brings releases to. A release there is what it needs to be brought again: the artifact's content, the
 * directory with playbook, roles, templates and inventory as it was, and the settings. So going back takes neither Git nor a
 * workspace; the program itself is the {@code ansible-playbook} of the machine that deploys.
 */
package io.jenkins.plugins.transparentdeploy.engine.target.ansible;
