package io.jenkins.plugins.transparentdeploy.engine.target.served;

import com.fasterxml.jackson.core.type.TypeReference;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The store of a host, which is a cache of what its control machines have. What each target here needs of it stands beside
 * that target's journal, in {@code needed.json}, as its control machine said last.
 */
final class HostStore {
    private static final String NEEDED = "needed.json";
    private static final TypeReference<Set<ContentId>> IDS = new TypeReference<>() {};

    private final Path state;
    private final Path target;
    private final SnapshotStore store;

    /**
     * @param state the state directory of this host
     * @param target where what is kept of the target is, in {@code targets/} of that
     */
    HostStore(Path state, Path target, SnapshotStore store) {
        this.state = state;
        this.target = target;
        this.store = store;
    }

    /**
     * Removes what no target needs any more. Nothing is removed while anybody else uses the store, nor where nobody here can
     * say what is needed: the next time is soon enough.
     *
     * @param needed the manifests that this target needs
     */
    void forget(Set<ContentId> needed) throws IOException {
        DurableFiles.write(target.resolve(NEEDED), Json.MAPPER.writeValueAsBytes(needed));
        Optional<Set<ContentId>> all = neededByAll();
        if (all.isPresent()) {
            try {
                store.prune(all::get);
            } catch (RefusedException somebodyElseIsAtWork) {
                // What is left, the next release removes.
            }
        }
    }

    /** Empty where somebody needs something and has not said what. */
    private Optional<Set<ContentId>> neededByAll() throws IOException {
        boolean alone = store.stateDirectories().stream()
                .allMatch(state.toAbsolutePath().normalize()::equals);
        // What has records here is pruned by them, as their own service files say.
        if (!alone || Files.exists(state.resolve("services"))) {
            return Optional.empty();
        }
        Set<ContentId> all = new HashSet<>();
        try (DirectoryStream<Path> targets = Files.newDirectoryStream(target.getParent())) {
            for (Path each : targets) {
                Path needed = each.resolve(NEEDED);
                if (!Files.exists(needed)) {
                    return Optional.empty();
                }
                Collection<ContentId> said = Json.MAPPER.readValue(Files.readAllBytes(needed), IDS);
                all.addAll(said);
            }
        }
        return Optional.of(all);
    }
}
