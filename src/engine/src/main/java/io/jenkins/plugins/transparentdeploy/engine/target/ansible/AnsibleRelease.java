package io.jenkins.plugins.transparentdeploy.engine.target.ansible;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.target.command.Marker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A release with all that is needed to bring it. As a manifest:
 *
 * <pre>
 * .transparent-deploy/ansible.json   {@link AnsibleSettings}
 * content/…                          the artifact's content
 * playbook/…                         the directory with the playbook
 * </pre>
 */
record AnsibleRelease(AnsibleSettings settings, Manifest content, Manifest playbook) {
    static final String CONTENT = "content";
    static final String PLAYBOOK = "playbook";

    private static final Marker MARKER = new Marker("ansible.json");

    /** @throws CorruptStateException if the manifest is no such release */
    static AnsibleRelease of(Manifest manifest, SnapshotStore store) throws IOException {
        AnsibleSettings settings = MARKER.read(store, manifest, AnsibleSettings.class)
                .orElseThrow(() -> new CorruptStateException(
                        "The release with the content root " + manifest.contentRoot()
                                + " was not brought by Ansible, so nothing says how to bring it",
                        "Roll back to one that was, or release it again"));
        return new AnsibleRelease(settings, manifest.in(CONTENT), manifest.in(PLAYBOOK));
    }

    /** As a manifest, which is in the store on return. */
    Manifest manifest(SnapshotStore store) throws IOException {
        List<ManifestEntry> entries = new ArrayList<>(MARKER.entries(store, settings));
        entries.add(Marker.directory(CONTENT));
        entries.addAll(content.under(CONTENT));
        entries.add(Marker.directory(PLAYBOOK));
        entries.addAll(playbook.under(PLAYBOOK));
        Manifest manifest = Manifest.of(entries);
        store.save(manifest);
        return manifest;
    }
}
