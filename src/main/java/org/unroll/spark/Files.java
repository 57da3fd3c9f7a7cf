package org.unroll.spark;

import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.unroll.config.Problem;
import org.unroll.data.DataException;
import org.unroll.store.Location;

/** Lists and opens files of any Hadoop file system, decompressed. */
final class Files {
  private Files() {}

  /**
   * The file system of a path. A local one without its checksums: files named {@code .x.crc} lie
   * beside many that were copied from elsewhere and edited since.
   */
  static FileSystem system(Configuration hadoop, Path path) throws IOException {
    FileSystem system = path.getFileSystem(hadoop);
    return system instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : system;
  }

  /** What a path leads to, null if nothing. */
  static FileStatus status(FileSystem system, Path path) throws IOException {
    try {
      return system.getFileStatus(path);
    } catch (FileNotFoundException e) {
      if (system instanceof RawLocalFileSystem && !Location.isAscii()) {
        java.nio.file.Path local = local(path);
        // Neither is true where a directory on the way is closed to us.
        if (!java.nio.file.Files.exists(local)
            && !java.nio.file.Files.notExists(local)
            && !isBelowFile(local)) {
          throw new AccessDeniedException(local.toString());
        }
      }
      return null;
    }
  }

  /** Whether a path goes through a file as if it were a directory. */
  private static boolean isBelowFile(java.nio.file.Path path) {
    java.nio.file.Path above = path.getParent();
    while (above != null && !java.nio.file.Files.exists(above)) {
      above = above.getParent();
    }
    return above != null && !java.nio.file.Files.isDirectory(above);
  }

  /** Refuses a name that Java got, but cannot give back. */
  private static void requireText(java.nio.file.Path path) {
    String name = path.getFileName().toString();
    if (java.nio.file.Files.exists(path) && Hidden.isRead(name)) {
      throw new DataException(
          new Problem(
              "names of files must be text in the encoding of this process, " + Location.ENCODING,
              name,
              path.getParent().toString(),
              Location.isAscii() ? "start with LC_ALL=C.UTF-8" : "rename the file"));
    }
  }

  /** A path in a directory; a colon in the name is no end of a scheme. */
  static Path child(Path directory, String name) {
    return new Path(directory, new Path(null, null, name));
  }

  /**
   * What stands in a directory.
   *
   * @param wanted says which names matter
   * @param lost is told of links that lead nowhere
   * @throws DataException if a name that matters is not text in the encoding of this process:
   *     Hadoop would pass over it
   */
  static List<FileStatus> list(
      FileSystem system, Path directory, Predicate<String> wanted, Consumer<Path> lost)
      throws IOException {
    if (!(system instanceof RawLocalFileSystem)) {
      return Arrays.stream(system.listStatus(directory))
          .filter(each -> wanted.test(each.getPath().getName()))
          .toList();
    }
    List<FileStatus> found = new ArrayList<>();
    try (Stream<java.nio.file.Path> paths = java.nio.file.Files.list(local(directory))) {
      for (java.nio.file.Path path : (Iterable<java.nio.file.Path>) paths::iterator) {
        String name = path.getFileName().toString();
        if (wanted.test(name)) {
          Path child = child(directory, name);
          FileStatus status = status(system, child);
          if (status != null) {
            found.add(status);
          } else {
            requireText(path);
            lost.accept(child);
          }
        }
      }
    }
    return found;
  }

  private static java.nio.file.Path local(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }

  /**
   * The same for the same file, by whatever links it was reached.
   *
   * @param system of the path
   */
  static String identity(FileSystem system, Path path) {
    if (system instanceof RawLocalFileSystem) {
      try {
        return local(path).toRealPath().toString();
      } catch (IOException e) {
        // Gone, or closed to us: reading it will say so.
        return path.toString();
      }
    }
    return path.toString();
  }

  /** The decompressed bytes of a file from a position on. */
  static InputStream open(Configuration hadoop, InputFile file, long from) throws IOException {
    FSDataInputStream raw = openRaw(hadoop, file);
    try {
      if (!file.compressed()) {
        raw.seek(from);
        return raw;
      }
      InputStream in = decompress(hadoop, file, raw);
      in.skipNBytes(from);
      return in;
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  /** The bytes of a file as it is stored. */
  static FSDataInputStream openRaw(Configuration hadoop, InputFile file) throws IOException {
    Path path = path(file);
    return system(hadoop, path).open(path);
  }

  /** Where a file is. */
  static Path path(InputFile file) {
    return new Path(URI.create(file.uri()));
  }

  /**
   * The decompressed bytes of a stream.
   *
   * @throws DataException if this machine lacks what decompresses them
   */
  static InputStream decompress(Configuration hadoop, InputFile file, InputStream raw)
      throws IOException {
    CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(path(file));
    try {
      return new BufferedInputStream(codec.createInputStream(raw), 1 << 16);
    } catch (RuntimeException | LinkageError e) {
      if (e instanceof RuntimeException && e.getClass() != RuntimeException.class) {
        throw e;
      }
      // So Hadoop says that its native library is not there.
      throw new DataException(
          new Problem(
              "a compressed file must have a codec that is there on every machine",
              "none for " + codec.getDefaultExtension(),
              file.name(),
              "decompress it, or compress it with gzip or bzip2"));
    }
  }

  /** Length of a file when decompressed. */
  static long decompressedLength(InputStream in) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long length = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      length += n;
    }
    return length;
  }
}
