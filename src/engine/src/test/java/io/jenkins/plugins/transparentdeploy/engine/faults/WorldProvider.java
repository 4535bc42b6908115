package io.jenkins.plugins.transparentdeploy.engine.faults;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/** The platform's provider for everything, with the {@link World} in between where something is changed in it. */
public final class WorldProvider extends FileSystemProvider {
    private final FileSystemProvider platform;
    private final WorldFileSystem fileSystem;

    /** @param platform given by the JDK when it makes this the default */
    public WorldProvider(FileSystemProvider platform) {
        this.platform = platform;
        this.fileSystem = new WorldFileSystem(this, platform.getFileSystem(URI.create("file:///")));
    }

    private static Path real(Path path) {
        return ((WorldPath) path).real();
    }

    private static <T> T change(Gate.Change change, Path path, World.Act<T> act) throws IOException {
        return ((WorldPath) path).isInWorld() ? World.current().change(change, real(path), act) : act.run();
    }

    /** Who keeps what is done to this path; null if nobody does. */
    private static Recording recording(Path path) {
        return ((WorldPath) path).isInWorld() ? World.current().recording() : null;
    }

    @Override
    public String getScheme() {
        return platform.getScheme();
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return fileSystem;
    }

    @Override
    public Path getPath(URI uri) {
        return new WorldPath(fileSystem, platform.getPath(uri));
    }

    @Override
    public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attrs)
            throws IOException {
        return newFileChannel(path, options, attrs);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attrs)
            throws IOException {
        Path real = real(path);
        boolean writes = options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
        if (!((WorldPath) path).isInWorld()) {
            return platform.newFileChannel(real, options, attrs);
        }
        World world = World.current();
        if (!writes) {
            FileChannel channel = platform.newFileChannel(real, options, attrs);
            return new WorldChannel(
                    world,
                    channel,
                    real,
                    world.recording() == null ? -1 : world.recording().numberOf(real));
        }
        synchronized (World.class) {
            boolean exists = Files.exists(real);
            if (!exists) {
                world.gate().pass(Gate.Change.CREATE, real);
            } else if (options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
                world.gate().pass(Gate.Change.TRUNCATE, real);
            }
            FileChannel channel = platform.newFileChannel(real, options, attrs);
            if (world.recording() == null) {
                return new WorldChannel(world, channel, real, -1);
            }
            if (!exists) {
                world.recording().created(real);
            } else if (options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
                world.recording().truncated(world.recording().numberOf(real), 0);
            }
            return new WorldChannel(world, channel, real, world.recording().numberOf(real));
        }
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        DirectoryStream<Path> children = platform.newDirectoryStream(
                real(directory),
                child -> filter.accept(directory.resolve(child.getFileName().toString())));
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                Iterator<Path> names = children.iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return names.hasNext();
                    }

                    @Override
                    public Path next() {
                        return directory.resolve(names.next().getFileName().toString());
                    }
                };
            }

            @Override
            public void close() throws IOException {
                children.close();
            }
        };
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attrs) throws IOException {
        change(Gate.Change.CREATE, directory, () -> {
            platform.createDirectory(real(directory), attrs);
            if (recording(directory) != null) {
                recording(directory).created(real(directory));
            }
            return null;
        });
    }

    @Override
    public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attrs) throws IOException {
        change(Gate.Change.LINK, link, () -> {
            platform.createSymbolicLink(real(link), WorldPath.unwrap(target), attrs);
            if (recording(link) != null) {
                recording(link).created(real(link));
            }
            return null;
        });
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        change(Gate.Change.LINK, link, () -> {
            platform.createLink(real(link), real(existing));
            if (recording(link) != null) {
                recording(link).linked(real(link), real(existing));
            }
            return null;
        });
    }

    @Override
    public Path readSymbolicLink(Path link) throws IOException {
        return new WorldPath(fileSystem, platform.readSymbolicLink(real(link)));
    }

    @Override
    public void delete(Path path) throws IOException {
        change(Gate.Change.UNLINK, path, () -> {
            platform.delete(real(path));
            if (recording(path) != null) {
                recording(path).unlinked(real(path));
            }
            return null;
        });
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        if (options.length > 0 || !Files.isRegularFile(source)) {
            throw new UnsupportedOperationException("copying with options, or anything but a file");
        }
        try (var in = Files.newInputStream(source);
                var out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            in.transferTo(out);
        }
    }

    /** Without {@code ATOMIC_MOVE} the platform removes what it replaces first. */
    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        if (!Arrays.asList(options).contains(StandardCopyOption.ATOMIC_MOVE)
                && Arrays.asList(options).contains(StandardCopyOption.REPLACE_EXISTING)) {
            deleteIfExists(target);
        }
        change(Gate.Change.RENAME, target, () -> {
            platform.move(real(source), real(target), options);
            if (recording(target) != null) {
                recording(target).renamed(real(source), real(target));
            }
            return null;
        });
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        return platform.isSameFile(real(path), real(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return platform.isHidden(real(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return platform.getFileStore(real(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        platform.checkAccess(real(path), modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        V view = platform.getFileAttributeView(real(path), type, options);
        if (view == null || !((WorldPath) path).isInWorld()) {
            return view;
        }
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            World.Act<Object> call = () -> {
                try {
                    return method.invoke(view, args);
                } catch (InvocationTargetException e) {
                    if (e.getCause() instanceof IOException io) {
                        throw io;
                    }
                    throw new IllegalStateException(e.getCause());
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(e);
                }
            };
            boolean changes = method.getName().startsWith("set")
                    || method.getName().equals("write")
                    || method.getName().equals("delete");
            return changes ? setting(path, call, options) : call.run();
        }));
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return platform.readAttributes(real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return platform.readAttributes(real(path), attributes, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        setting(
                path,
                () -> {
                    platform.setAttribute(real(path), attribute, value, options);
                    return null;
                },
                options);
    }

    private static Object setting(Path path, World.Act<Object> act, LinkOption... options) throws IOException {
        return change(Gate.Change.ATTRIBUTES, path, () -> {
            Object result = act.run();
            if (recording(path) != null) {
                recording(path).attributesSet(real(path), options.length == 0);
            }
            return result;
        });
    }
}
