package org.unroll.store;

import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Replaces a directory as a whole. Whoever reads it finds the old one or the new one, complete,
 * also when the writer was killed at any moment.
 *
 * <p>A directory is complete when it holds its <i>last file</i>. The new one is written beside the
 * old one, its last file last. Then the old one is renamed away and the new one takes its name;
 * between these two steps, and until the next writer has cleared up after a kill, readers take the
 * complete one beside. Where renaming a directory is no single step (object stores), the last file
 * of the old one is deleted, the new files are copied over it, and the last file comes last again.
 */
final class DirectorySwap {
  private static final int ATTEMPTS = 100;
  private static final long PAUSE_MILLIS = 10;

  private final Directory directory;
  private final Directory parent;
  private final String last;
  private final String fresh;
  private final String former;

  private DirectorySwap(Directory directory, Directory parent, String last) {
    this.directory = directory;
    this.parent = parent;
    this.last = last;
    fresh = Directory.TEMPORARY_PREFIX + directory.name() + "-new";
    former = Directory.TEMPORARY_PREFIX + directory.name() + "-old";
  }

  /** Nothing at the root, which has no place beside it. */
  private static Optional<DirectorySwap> of(Directory directory, String last) {
    return directory.parent().map(parent -> new DirectorySwap(directory, parent, last));
  }

  /**
   * Replaces a directory, which need not exist.
   *
   * @param last the file without which it is not complete
   * @param writer writes it into the directory that it is given, the last file last
   * @throws StoreException if it cannot be written; the old one is then untouched
   */
  static void replace(Directory directory, String last, Consumer<Directory> writer) {
    Optional<DirectorySwap> swap = of(directory, last);
    if (swap.isEmpty()) {
      writer.accept(directory);
    } else {
      swap.get().replace(writer);
    }
  }

  private void replace(Consumer<Directory> writer) {
    parent.create();
    clearUp();
    try {
      writer.accept(parent.child(fresh));
    } catch (RuntimeException | Error e) {
      try {
        parent.delete(fresh);
      } catch (StoreException more) {
        e.addSuppressed(more);
      }
      throw e;
    }
    takeOver();
  }

  /** Does what a killed writer left to be done. */
  private void clearUp() {
    if (!directory.exists(last)) {
      if (parent.child(fresh).exists(last)) {
        takeOver();
      } else if (parent.child(former).exists(last)) {
        parent.delete(directory.name());
        parent.rename(former, directory.name());
      }
    }
    parent.delete(fresh);
    parent.delete(former);
  }

  private void takeOver() {
    if (parent.renamesAtomically()) {
      parent.delete(former);
      if (parent.exists(directory.name())) {
        parent.rename(directory.name(), former);
      }
      parent.rename(fresh, directory.name());
      parent.delete(former);
    } else {
      copyOver(parent.child(fresh));
      parent.delete(fresh);
    }
  }

  private void copyOver(Directory from) {
    directory.delete(last);
    directory.create();
    for (Directory.Entry old : directory.list()) {
      if (!from.exists(old.name())) {
        directory.delete(old.name());
      }
    }
    for (Directory.Entry file : from.list()) {
      if (!file.name().equals(last)) {
        copy(from, file.name());
      }
    }
    copy(from, last);
  }

  private void copy(Directory from, String name) {
    directory.atomicWrite(
        name,
        out -> {
          try (InputStream in = from.open(name)) {
            in.transferTo(out);
          }
        });
  }

  /**
   * Where a directory is complete: in its place, or beside it. The place itself if it is nowhere.
   *
   * @param last the file without which it is not complete
   */
  static Directory find(Directory directory, String last) {
    Optional<DirectorySwap> swap = of(directory, last);
    if (directory.exists(last) || swap.isEmpty()) {
      return directory;
    }
    for (String beside : new String[] {swap.get().fresh, swap.get().former}) {
      Directory other = swap.get().parent.child(beside);
      if (other.exists(last)) {
        return other;
      }
    }
    return directory;
  }

  /**
   * Reads a directory that may be replaced meanwhile: all that the reader sees is of one writing.
   *
   * @param place gives where it is, asked again before each attempt
   * @param last the file without which it is not complete; differs from writing to writing
   * @throws StoreException that the reader throws over a directory that stays the same
   */
  static <T> T read(Supplier<Directory> place, String last, Function<Directory, T> reader) {
    for (int attempt = 1; ; attempt++) {
      Directory directory = place.get();
      Optional<byte[]> before = content(directory, last);
      try {
        T result = reader.apply(directory);
        if (isSame(before, content(directory, last)) || attempt == ATTEMPTS) {
          return result;
        }
      } catch (StoreException e) {
        if (isSame(before, content(place.get(), last)) || attempt == ATTEMPTS) {
          throw e;
        }
      }
      pause();
    }
  }

  private static boolean isSame(Optional<byte[]> before, Optional<byte[]> after) {
    return before.isPresent() == after.isPresent()
        && (before.isEmpty() || Arrays.equals(before.get(), after.get()));
  }

  private static Optional<byte[]> content(Directory directory, String name) {
    try {
      return directory.exists(name)
          ? Optional.of(directory.readBytes(name, Json.Limits.DEFAULT.bytes()))
          : Optional.empty();
    } catch (StoreException e) {
      // Replaced since it was seen; or not to be read at all, which the reader will say.
      return Optional.empty();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("reading was interrupted: start again", e);
    }
  }
}
