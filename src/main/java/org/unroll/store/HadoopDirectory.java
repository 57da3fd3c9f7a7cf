package org.unroll.store;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * A directory of a Hadoop file system.
 *
 * <p>What the file system can do is asked, not guessed from its name: where output streams can be
 * aborted (S3A), a rename is a copy, so the final key is written; elsewhere files are written
 * beside and renamed over the old ones.
 */
final class HadoopDirectory implements Directory {
  private static final int BUFFER = 1 << 16;

  private final FileSystem fileSystem;
  private final Path path;
  private final Configuration configuration;

  HadoopDirectory(FileSystem fileSystem, Path path, Configuration configuration) {
    this.fileSystem = fileSystem;
    this.path = path;
    this.configuration = configuration;
  }

  /** An operation of the file system that answers. */
  @FunctionalInterface
  private interface Operation<T> {
    T run() throws IOException;
  }

  private static <T> T attempt(String what, String place, Operation<T> operation) {
    try {
      return operation.run();
    } catch (IOException e) {
      throw StoreException.io(what, place, e);
    }
  }

  @Override
  public String location() {
    return path.toString();
  }

  @Override
  public String name() {
    return path.getName();
  }

  @Override
  public Directory child(String name) {
    return new HadoopDirectory(fileSystem, resolve(name), configuration);
  }

  @Override
  public Optional<Directory> parent() {
    return Optional.ofNullable(path.getParent())
        .map(parent -> new HadoopDirectory(fileSystem, parent, configuration));
  }

  @Override
  public boolean exists() {
    return attempt(
        "read", location(), () -> status(path).map(FileStatus::isDirectory).orElse(false));
  }

  @Override
  public boolean exists(String name) {
    return attempt("read", location(name), () -> status(resolve(name)).isPresent());
  }

  private Optional<FileStatus> status(Path file) throws IOException {
    try {
      return Optional.of(fileSystem.getFileStatus(file));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  @Override
  public void create() {
    attempt("create directory", location(), () -> makeDirectories());
  }

  private boolean makeDirectories() throws IOException {
    if (!fileSystem.mkdirs(path)) {
      throw new IOException("the file system refused");
    }
    return true;
  }

  @Override
  public boolean createNew() {
    return attempt("create directory", location(), this::makeNewDirectory);
  }

  private boolean makeNewDirectory() throws IOException {
    if (status(path).isPresent()) {
      return false;
    }
    Optional<FileContext> context = fileContext();
    if (context.isEmpty()) {
      return makeDirectories();
    }
    try {
      // Unlike mkdirs this fails when another process was faster.
      context.get().mkdir(path, null, false);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Override
  public List<Entry> list() {
    return attempt("list", location(), this::entries);
  }

  private List<Entry> entries() throws IOException {
    var entries = new ArrayList<Entry>();
    try {
      for (FileStatus status : fileSystem.listStatus(path)) {
        boolean directory = status.isDirectory();
        entries.add(
            new Entry(status.getPath().getName(), directory, directory ? 0 : status.getLen()));
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    entries.sort(Comparator.comparing(Entry::name));
    return List.copyOf(entries);
  }

  @Override
  public long length(String name) {
    return attempt("read", location(name), () -> fileSystem.getFileStatus(resolve(name)).getLen());
  }

  @Override
  public InputStream open(String name) {
    return attempt("read", location(name), () -> fileSystem.open(resolve(name)));
  }

  @Override
  public void atomicWrite(String name, ContentWriter writer) {
    Path target = resolve(name);
    attempt(
        "write",
        location(name),
        () -> renamesAtomically() ? writeBeside(target, writer) : writeKey(target, writer));
  }

  private boolean writeBeside(Path target, ContentWriter writer) throws IOException {
    Path temporary = resolve(TEMPORARY_PREFIX + UUID.randomUUID());
    try {
      try (FSDataOutputStream out = fileSystem.create(temporary, false)) {
        writeBuffered(out, writer);
        out.hsync();
      }
      replace(temporary, target);
      return true;
    } catch (IOException | RuntimeException | Error e) {
      deleteQuietly(temporary);
      throw e;
    }
  }

  private boolean writeKey(Path target, ContentWriter writer) throws IOException {
    FSDataOutputStream out = fileSystem.create(target, true);
    try {
      writeBuffered(out, writer);
    } catch (IOException | RuntimeException | Error e) {
      // Closing would complete the upload: half a file in place of the old one.
      out.abort();
      throw e;
    }
    out.close();
    return true;
  }

  private static void writeBuffered(OutputStream out, ContentWriter writer) throws IOException {
    var buffered = new BufferedOutputStream(out, BUFFER);
    writer.write(buffered);
    buffered.flush();
  }

  private void replace(Path temporary, Path target) throws IOException {
    Optional<FileContext> context = fileContext();
    if (context.isPresent()) {
      context.get().rename(temporary, target, Rename.OVERWRITE);
      return;
    }
    // Only file systems without an AbstractFileSystem come here; they have no better way.
    fileSystem.delete(target, false);
    if (!fileSystem.rename(temporary, target)) {
      throw new IOException("the file system refused to rename " + temporary);
    }
  }

  @Override
  public boolean createExclusive(String name, byte[] content) {
    Path target = resolve(name);
    return attempt("write", location(name), () -> writeNew(target, content));
  }

  private boolean writeNew(Path target, byte[] content) throws IOException {
    FSDataOutputStream out;
    try {
      out = fileSystem.create(target, false);
    } catch (IOException e) {
      if (status(target).isPresent()) {
        // Not every file system says so by FileAlreadyExistsException.
        return false;
      }
      throw e;
    }
    try (out) {
      out.write(content);
      if (out.hasCapability(StreamCapabilities.HSYNC)) {
        out.hsync();
      }
    }
    return true;
  }

  @Override
  public OutputStream append(String name) {
    Path target = resolve(name);
    return attempt(
        "write",
        location(name),
        () -> {
          if (!fileSystem.hasPathCapability(target, CommonPathCapabilities.FS_APPEND)) {
            return new Rewriter(name);
          }
          boolean exists = status(target).isPresent();
          return new Flusher(exists ? fileSystem.append(target) : fileSystem.create(target, false));
        });
  }

  /** Gives {@code flush()} the meaning that {@link Directory#append} promises. */
  private static final class Flusher extends BufferedOutputStream {
    private final FSDataOutputStream target;

    Flusher(FSDataOutputStream target) {
      super(target, BUFFER);
      this.target = target;
    }

    @Override
    public synchronized void flush() throws IOException {
      super.flush();
      target.hflush();
    }
  }

  /** Stands in for appending on object stores: keeps the content and writes it anew. */
  private final class Rewriter extends ByteArrayOutputStream {
    private static final long INTERVAL_NANOS = 30_000_000_000L;

    private final String name;
    private long written = System.nanoTime();

    Rewriter(String name) {
      this.name = name;
      if (exists(name)) {
        writeBytes(readBytes(name, Integer.MAX_VALUE - 16));
      }
    }

    @Override
    public void flush() {
      if (System.nanoTime() - written >= INTERVAL_NANOS) {
        close();
      }
    }

    @Override
    public void close() {
      atomicWrite(name, this::writeTo);
      written = System.nanoTime();
    }
  }

  @Override
  public boolean renamesAtomically() {
    return attempt(
        "read",
        location(),
        () -> !fileSystem.hasPathCapability(path, CommonPathCapabilities.ABORTABLE_STREAM));
  }

  @Override
  public void rename(String from, String to) {
    attempt(
        "rename " + from + " to",
        location(to),
        () -> {
          if (exists(to)) {
            throw new FileAlreadyExistsException(to);
          }
          if (!fileSystem.rename(resolve(from), resolve(to))) {
            throw new IOException("the file system refused");
          }
          return true;
        });
  }

  @Override
  public boolean delete(String name) {
    return attempt("delete", location(name), () -> fileSystem.delete(resolve(name), true));
  }

  private void deleteQuietly(Path file) {
    try {
      fileSystem.delete(file, false);
    } catch (IOException e) {
      // The failure that brought us here is the one to report.
      return;
    }
  }

  private Optional<FileContext> fileContext() throws IOException {
    try {
      return Optional.of(FileContext.getFileContext(fileSystem.getUri(), configuration));
    } catch (UnsupportedFileSystemException e) {
      return Optional.empty();
    }
  }

  private Path resolve(String name) {
    return new Path(path, new Path(null, null, Directory.checkName(name, location())));
  }
}
