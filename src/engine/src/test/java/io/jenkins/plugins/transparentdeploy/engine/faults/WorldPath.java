package io.jenkins.plugins.transparentdeploy.engine.faults;

import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Iterator;

/** A path of the platform's, of which {@link #real()} alone knows where it really leads. */
final class WorldPath implements Path {
    private final WorldFileSystem fileSystem;
    private final Path path;

    WorldPath(WorldFileSystem fileSystem, Path path) {
        this.fileSystem = fileSystem;
        this.path = path;
    }

    static Path unwrap(Path path) {
        if (path instanceof WorldPath world) {
            return world.path;
        }
        throw new ProviderMismatchException();
    }

    /** The platform's path to what this path seems to lead to. */
    Path real() {
        World world = World.current();
        Path absolute = path.toAbsolutePath().normalize();
        Path seeming = fileSystem.platform().getPath(World.NAME);
        // A path outside stays as it is: '..' across links is the platform's business.
        return world != null && absolute.startsWith(seeming)
                ? world.root().resolve(seeming.relativize(absolute))
                : path;
    }

    boolean isInWorld() {
        return World.current() != null
                && path.toAbsolutePath()
                        .normalize()
                        .startsWith(fileSystem.platform().getPath(World.NAME));
    }

    /** The seeming path of a real one. */
    Path seeming(Path real) {
        World world = World.current();
        return wrap(
                world != null && real.startsWith(world.root())
                        ? fileSystem
                                .platform()
                                .getPath(World.NAME)
                                .resolve(world.root().relativize(real))
                        : real);
    }

    private Path wrap(Path other) {
        return other == null ? null : new WorldPath(fileSystem, other);
    }

    @Override
    public WorldFileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public boolean isAbsolute() {
        return path.isAbsolute();
    }

    @Override
    public Path getRoot() {
        return wrap(path.getRoot());
    }

    @Override
    public Path getFileName() {
        return wrap(path.getFileName());
    }

    @Override
    public Path getParent() {
        return wrap(path.getParent());
    }

    @Override
    public int getNameCount() {
        return path.getNameCount();
    }

    @Override
    public Path getName(int index) {
        return wrap(path.getName(index));
    }

    @Override
    public Path subpath(int beginIndex, int endIndex) {
        return wrap(path.subpath(beginIndex, endIndex));
    }

    @Override
    public boolean startsWith(Path other) {
        return other instanceof WorldPath && path.startsWith(unwrap(other));
    }

    @Override
    public boolean endsWith(Path other) {
        return other instanceof WorldPath && path.endsWith(unwrap(other));
    }

    @Override
    public Path normalize() {
        return wrap(path.normalize());
    }

    @Override
    public Path resolve(Path other) {
        return wrap(path.resolve(unwrap(other)));
    }

    @Override
    public Path relativize(Path other) {
        return wrap(path.relativize(unwrap(other)));
    }

    @Override
    public URI toUri() {
        return path.toUri();
    }

    @Override
    public Path toAbsolutePath() {
        return wrap(path.toAbsolutePath());
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
        return seeming(real().toRealPath(options));
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Iterator<Path> iterator() {
        Iterator<Path> names = path.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return names.hasNext();
            }

            @Override
            public Path next() {
                return wrap(names.next());
            }
        };
    }

    @Override
    public int compareTo(Path other) {
        return path.compareTo(unwrap(other));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WorldPath world && path.equals(world.path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
