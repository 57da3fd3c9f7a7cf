package org.unroll.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * A directory on the local disk or on any Hadoop file system. It need not exist yet.
 *
 * <p>Names are single path elements. Every method throws {@link StoreException} when the file
 * system fails or a name is not one.
 */
public sealed interface Directory permits LocalDirectory, HadoopDirectory {
  /** What the temporary files of {@link #atomicWrite} begin with. */
  String TEMPORARY_PREFIX = ".unroll-tmp-";

  /**
   * One file or subdirectory.
   *
   * @param name path element
   * @param directory whether it is a directory (a symbolic link is not)
   * @param length bytes; 0 for a directory
   */
  record Entry(String name, boolean directory, long length) {
    public Entry {
      Objects.requireNonNull(name, "name");
    }
  }

  /**
   * The directory at a location as users write it.
   *
   * @param location a path, or a URI of any Hadoop file system; without a scheme it belongs to
   *     {@code fs.defaultFS}
   * @param configuration Hadoop's settings
   * @throws StoreException if the file system is not to be had, or the location was meant for a
   *     shell and there is no directory that is really called so
   */
  static Directory at(String location, Configuration configuration) {
    if (location.isBlank()) {
      throw new StoreException("a directory must be named, got an empty text: give its path");
    }
    Directory directory = open(location, configuration);
    if (Location.isForShell(location) && !directory.exists()) {
      throw new StoreException(Location.problem(location, "").toString());
    }
    return directory;
  }

  private static Directory open(String location, Configuration configuration) {
    try {
      org.apache.hadoop.fs.Path path = Location.path(location);
      URI uri = path.toUri();
      String scheme =
          uri.getScheme() != null
              ? uri.getScheme()
              : FileSystem.getDefaultUri(configuration).getScheme();
      if ("file".equals(scheme)) {
        // Hadoop's local file system would leave .crc files beside ours.
        return new LocalDirectory(java.nio.file.Path.of(uri.getPath()));
      }
      FileSystem fileSystem = path.getFileSystem(configuration);
      return new HadoopDirectory(fileSystem, fileSystem.makeQualified(path), configuration);
    } catch (IOException | RuntimeException e) {
      // Hadoop wraps what it does not find in a RuntimeException.
      throw StoreException.io("open directory", location, e);
    }
  }

  /** The directory at a local path. */
  static Directory at(java.nio.file.Path path) {
    return new LocalDirectory(path);
  }

  /** Where it is, as users know it. */
  String location();

  /** The location of a file in it. */
  default String location(String name) {
    return location() + (location().endsWith("/") ? "" : "/") + name;
  }

  /** Its own name, the last element of its path; empty at the root. */
  String name();

  /** The subdirectory of that name, which need not exist. */
  Directory child(String name);

  /** The directory above, or empty at the root. */
  Optional<Directory> parent();

  /** Whether this directory exists; a file in its place does not count. */
  boolean exists();

  /** Whether it holds a file or directory of that name. */
  boolean exists(String name);

  /** Creates this directory and those above it; does nothing if it exists. */
  void create();

  /**
   * Creates this directory; the one above must exist. Of two processes only one gets true (on
   * object stores, which cannot decide it, {@link RunLock} does).
   *
   * @return false if something of that name exists
   */
  boolean createNew();

  /** What it holds, sorted by name; empty if it does not exist. */
  List<Entry> list();

  /** Bytes in a file. */
  long length(String name);

  /** Opens a file; the caller buffers and closes. */
  InputStream open(String name);

  /**
   * Replaces or creates a file whole or not at all: written beside, synced to disk, renamed. On
   * object stores the key is written itself and aborted on an error.
   */
  void atomicWrite(String name, ContentWriter writer);

  /**
   * Creates a file that did not exist.
   *
   * @return false if it exists; it is then untouched
   */
  boolean createExclusive(String name, byte[] content);

  /**
   * Appends to a file, creating it if need be. {@code flush()} makes what was written visible to
   * readers and safe from the death of this process. Object stores have no append: there the file
   * is rewritten now and then and on {@code close()}.
   */
  OutputStream append(String name);

  /** Whether renaming a directory is one atomic step (not so on object stores). */
  boolean renamesAtomically();

  /** Renames a file or directory within this directory; {@code to} must not exist. */
  void rename(String from, String to);

  /**
   * Deletes a file, or a directory with all that it holds; symbolic links are deleted, never
   * followed.
   *
   * @return false if there was none
   */
  boolean delete(String name);

  /** The whole file, which must be smaller than {@code limit} bytes. */
  default byte[] readBytes(String name, int limit) {
    long length = length(name);
    if (length > limit) {
      throw StoreException.of(
          "file must have at most " + limit + " bytes",
          length,
          location(name),
          "it is not what its name says");
    }
    try (InputStream in = open(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw StoreException.io("read", location(name), e);
    }
  }

  /** {@link #atomicWrite} of a text in UTF-8. */
  default void writeText(String name, String text) {
    atomicWrite(name, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Whether a name is that of a file that {@link #atomicWrite} left behind when it was killed. */
  static boolean isTemporary(String name) {
    return name.startsWith(TEMPORARY_PREFIX);
  }

  /** Refuses what is not a single path element. */
  static String checkName(String name, String place) {
    if (name.isEmpty()
        || name.equals(".")
        || name.equals("..")
        || name.indexOf('/') >= 0
        || name.indexOf('\\') >= 0
        || name.indexOf('\0') >= 0) {
      throw StoreException.of(
          "file name must be a single path element", "'" + name + "'", place, "use a plain name");
    }
    return name;
  }
}
