package org.unroll.store;

import java.io.FileNotFoundException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Optional;

/**
 * One writer per output directory: a file that names its owner.
 *
 * <p>A lock whose owner died on this machine is taken over at once. Two processes that both see a
 * dead owner must not both win, so the taking over is itself guarded by a file whose name comes
 * from the dead lock: only one process can create it, and it looks again before it acts.
 *
 * <p>On object stores without exclusive creation two processes that start in the same instant can
 * both win; elsewhere, HDFS included, they cannot.
 */
public final class RunLock implements AutoCloseable {
  /** Name of the lock in the output directory. */
  public static final String FILE = "lock";

  private static final String TAKEOVER_PREFIX = FILE + ".takeover-";
  private static final int MAXIMUM_BYTES = 1 << 16;
  private static final int ATTEMPTS = 20;
  private static final long PAUSE_MILLIS = 50;

  private final Directory directory;
  private final byte[] content;

  private RunLock(Directory directory, byte[] content) {
    this.directory = directory;
    this.content = content;
  }

  /**
   * Takes the lock.
   *
   * @param directory exists
   * @throws StoreException if another process holds it, or may do so
   */
  public static RunLock acquire(Directory directory) {
    return acquire(directory, LockOwner.current());
  }

  static RunLock acquire(Directory directory, LockOwner self) {
    byte[] content = self.toBytes();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (claim(directory, FILE, self)) {
        return new RunLock(directory, content);
      }
      pause();
    }
    throw StoreException.of(
        "lock must be readable",
        "a file that changes or stays empty",
        directory.location(FILE),
        deleteIt(directory.location(FILE)));
  }

  /** Whether a name is that of a lock or of what guards it. */
  static boolean isLockFile(String name) {
    return name.equals(FILE) || name.startsWith(TAKEOVER_PREFIX);
  }

  /**
   * Creates a lock or guard, or takes it from a dead owner. A guard whose owner died in turn is
   * itself taken over in this way.
   *
   * @return false if the file changed meanwhile and all must be looked at again
   * @throws StoreException if the owner lives or is out of sight
   */
  private static boolean claim(Directory directory, String name, LockOwner self) {
    if (directory.createExclusive(name, self.toBytes())) {
      return true;
    }
    Optional<byte[]> found = read(directory, name);
    if (found.isEmpty()) {
      return false;
    }
    checkDead(directory, name, found.get(), self);
    String guard = TAKEOVER_PREFIX + Sha256.hex(found.get()).substring(0, 16);
    if (!claim(directory, guard, self)) {
      return false;
    }
    try {
      Optional<byte[]> again = read(directory, name);
      if (again.isEmpty() || !Arrays.equals(again.get(), found.get())) {
        return false;
      }
      directory.atomicWrite(name, out -> out.write(self.toBytes()));
      return true;
    } finally {
      directory.delete(guard);
    }
  }

  private static void checkDead(Directory directory, String name, byte[] content, LockOwner self) {
    String place = directory.location(name);
    LockOwner owner = LockOwner.fromBytes(content, place);
    switch (owner.state(self)) {
      case DEAD -> {}
      case ALIVE ->
          throw StoreException.of(
              "output directory must have one writer",
              owner,
              place,
              "wait until that run ends, stop it, or choose another output.dir");
      case OUT_OF_SIGHT ->
          throw StoreException.of(
              "output directory must have one writer",
              owner,
              place,
              "wait until that run ends; if it no longer runs, " + deleteIt(place));
    }
  }

  /**
   * The content, or nothing if the file was gone or its writer has not finished. What is there now
   * says nothing: a guard that was gone may have been created again since.
   */
  private static Optional<byte[]> read(Directory directory, String name) {
    try {
      byte[] content = directory.readBytes(name, MAXIMUM_BYTES);
      return content.length == 0 ? Optional.empty() : Optional.of(content);
    } catch (StoreException e) {
      if (isMissing(e.getCause()) || !directory.exists(name)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static boolean isMissing(Throwable cause) {
    return cause instanceof NoSuchFileException || cause instanceof FileNotFoundException;
  }

  static String deleteIt(String place) {
    return "delete " + place;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("taking the lock was interrupted: start again", e);
    }
  }

  /** Gives the lock back, unless somebody else has taken it by hand. */
  @Override
  public void close() {
    Optional<byte[]> found = read(directory, FILE);
    if (found.isPresent() && Arrays.equals(found.get(), content)) {
      directory.delete(FILE);
    }
  }
}
