package org.unroll.store;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A directory of the local disk.
 *
 * <p>Files are read and written by streams, not channels: a thread that is interrupted while it
 * writes the last checkpoint must not lose the file under it.
 */
final class LocalDirectory implements Directory {
  private static final int BUFFER = 1 << 16;

  private final Path path;

  LocalDirectory(Path path) {
    this.path = path;
  }

  @Override
  public String location() {
    return path.toString().isEmpty() ? "." : path.toString();
  }

  @Override
  public String name() {
    Path name = path.toAbsolutePath().normalize().getFileName();
    return name == null ? "" : name.toString();
  }

  @Override
  public Directory child(String name) {
    return new LocalDirectory(resolve(name));
  }

  @Override
  public Optional<Directory> parent() {
    return Optional.ofNullable(path.toAbsolutePath().normalize().getParent())
        .map(LocalDirectory::new);
  }

  @Override
  public boolean exists() {
    return Files.isDirectory(path);
  }

  @Override
  public boolean exists(String name) {
    return Files.exists(resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void create() {
    try {
      Files.createDirectories(path);
    } catch (FileAlreadyExistsException e) {
      throw StoreException.of(
          "output must be a directory",
          "the file " + e.getFile(),
          location(),
          "choose another path");
    } catch (IOException e) {
      throw StoreException.io("create directory", location(), e);
    }
  }

  @Override
  public boolean createNew() {
    try {
      Files.createDirectory(path);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw StoreException.io("create directory", location(), e);
    }
  }

  @Override
  public List<Entry> list() {
    var entries = new ArrayList<Entry>();
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        try {
          var attributes =
              Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
          boolean directory = attributes.isDirectory();
          entries.add(
              new Entry(
                  file.getFileName().toString(), directory, directory ? 0 : attributes.size()));
        } catch (NoSuchFileException e) {
          // Deleted since it was listed: it is no longer part of the answer.
          continue;
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (NotDirectoryException e) {
      throw StoreException.of(
          "output must be a directory", "a file", location(), "choose another path");
    } catch (IOException e) {
      throw StoreException.io("list", location(), e);
    }
    entries.sort(Comparator.comparing(Entry::name));
    return List.copyOf(entries);
  }

  @Override
  public long length(String name) {
    try {
      return Files.size(resolve(name));
    } catch (IOException e) {
      throw StoreException.io("read", location(name), e);
    }
  }

  @Override
  public InputStream open(String name) {
    try {
      return Files.newInputStream(resolve(name));
    } catch (IOException e) {
      throw StoreException.io("read", location(name), e);
    }
  }

  @Override
  public void atomicWrite(String name, ContentWriter writer) {
    Path target = resolve(name);
    Path temporary = temporary();
    try {
      writeSynced(temporary, writer);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      syncDirectory(path);
    } catch (IOException e) {
      deleteQuietly(temporary);
      throw StoreException.io("write", location(name), e);
    } catch (RuntimeException | Error e) {
      deleteQuietly(temporary);
      throw e;
    }
  }

  @Override
  public boolean createExclusive(String name, byte[] content) {
    Path target = resolve(name);
    Path temporary = temporary();
    try {
      // A link appears with its content, where a file made by CREATE_NEW is empty at first.
      writeSynced(temporary, out -> out.write(content));
      link(target, temporary, content);
      syncDirectory(path);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw StoreException.io("write", location(name), e);
    } finally {
      deleteQuietly(temporary);
    }
  }

  private static void link(Path target, Path temporary, byte[] content) throws IOException {
    if (target.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      try {
        Files.createLink(target, temporary);
        return;
      } catch (FileAlreadyExistsException e) {
        throw e;
      } catch (IOException e) {
        // FAT and some network mounts know no hard links: the other way remains.
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
          throw e;
        }
      }
    }
    Files.write(target, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @Override
  public OutputStream append(String name) {
    try {
      return new BufferedOutputStream(new FileOutputStream(resolve(name).toFile(), true), BUFFER);
    } catch (IOException e) {
      throw StoreException.io("write", location(name), e);
    }
  }

  @Override
  public boolean renamesAtomically() {
    return true;
  }

  @Override
  public void rename(String from, String to) {
    try {
      if (exists(to)) {
        throw new FileAlreadyExistsException(to);
      }
      Files.move(resolve(from), resolve(to), StandardCopyOption.ATOMIC_MOVE);
      syncDirectory(path);
    } catch (IOException e) {
      throw StoreException.io("rename " + from + " to", location(to), e);
    }
  }

  @Override
  public boolean delete(String name) {
    Path target = resolve(name);
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try {
      Files.walkFileTree(target, new Deleter());
      return true;
    } catch (IOException e) {
      throw StoreException.io("delete", location(name), e);
    }
  }

  /** Deletes a tree bottom up; a symbolic link is visited as a file. */
  private static final class Deleter extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }

  private static void writeSynced(Path file, ContentWriter writer) throws IOException {
    try (var raw = new FileOutputStream(file.toFile());
        var out = new BufferedOutputStream(raw, BUFFER)) {
      writer.write(out);
      out.flush();
      raw.getFD().sync();
    }
  }

  /** Makes a rename last through a power failure, where the system can sync a directory. */
  private static void syncDirectory(Path directory) {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows opens no directories. The rename itself is done, so there is nothing to undo.
      return;
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The failure that brought us here is the one to report.
      return;
    }
  }

  private Path temporary() {
    return path.resolve(TEMPORARY_PREFIX + UUID.randomUUID());
  }

  private Path resolve(String name) {
    return path.resolve(Directory.checkName(name, location()));
  }
}
