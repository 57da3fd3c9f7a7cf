package org.unroll.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The checkpoints of one run: directories {@code round-000123}.
 *
 * <p>A checkpoint is written beside under a temporary name, synced, read back, and renamed; its
 * manifest (lengths, SHA-256) is written last. So a checkpoint either verifies or is passed over.
 * Where renaming is a copy (object stores) it is written in place, the manifest still last.
 *
 * <p>Not for use by several threads or processes at once; {@link RunLock} keeps processes apart.
 */
public final class CheckpointStore {
  private static final Pattern NAME = Pattern.compile("round-([0-9]{6,18})");

  private final Directory directory;
  private final int keep;

  /**
   * @param directory created by the first checkpoint
   * @param keep how many of the newest stay, at least 1
   * @throws IllegalArgumentException if it is less
   */
  public CheckpointStore(Directory directory, int keep) {
    if (keep < 1) {
      throw new IllegalArgumentException("checkpoint.keep must be at least 1, got " + keep);
    }
    this.directory = directory;
    this.keep = keep;
  }

  /**
   * A checkpoint that cannot be used.
   *
   * @param name its directory
   * @param reason what does not hold
   */
  public record Rejected(String name, String reason) {}

  /**
   * What {@link #newestValid} found.
   *
   * @param checkpoint the newest that can be used, if any can
   * @param rejected newer ones, newest first
   */
  public record Search(Optional<Checkpoint> checkpoint, List<Rejected> rejected) {
    public Search {
      rejected = List.copyOf(rejected);
    }
  }

  /**
   * Writes a checkpoint, then deletes those it makes superfluous: all but the newest, and any of
   * later rounds, which this run did not come from.
   *
   * @param round rounds finished since the beginning of training
   * @param tensors writes {@code state.safetensors}
   * @param state values as {@link JsonText} writes them
   * @return the checkpoint, verified
   * @throws StoreException if it cannot be written or does not read back; older ones are untouched
   */
  public Checkpoint write(long round, SafeTensors tensors, Map<String, ?> state) {
    var files = new LinkedHashMap<String, ContentWriter>();
    files.put(Checkpoint.TENSORS, tensors::write);
    return write(round, files, state);
  }

  /**
   * As {@link #write(long, SafeTensors, Map)}, with any files.
   *
   * @param files by name, in the order to be written
   */
  public Checkpoint write(long round, Map<String, ContentWriter> files, Map<String, ?> state) {
    String name = name(round);
    var all = new LinkedHashMap<>(files);
    byte[] json = JsonText.pretty(state).getBytes(StandardCharsets.UTF_8);
    all.put(Checkpoint.STATE, out -> out.write(json));
    directory.create();
    deleteTemporaries();
    List<Checkpoint.FileDigest> digests;
    if (directory.renamesAtomically()) {
      digests = writeBeside(name, round, all);
    } else {
      directory.delete(name);
      digests = writeInto(directory.child(name), round, all);
    }
    prune(round);
    return new Checkpoint(round, directory.child(name), digests);
  }

  private List<Checkpoint.FileDigest> writeBeside(
      String name, long round, Map<String, ContentWriter> files) {
    String temporary = Directory.TEMPORARY_PREFIX + UUID.randomUUID();
    List<Checkpoint.FileDigest> digests;
    try {
      digests = writeInto(directory.child(temporary), round, files);
      if (directory.exists(name)) {
        // A damaged one of the same round, or an earlier life of this run: it gives way.
        directory.rename(name, Directory.TEMPORARY_PREFIX + UUID.randomUUID());
      }
      directory.rename(temporary, name);
    } catch (RuntimeException | Error e) {
      deleteQuietly(temporary, e);
      throw e;
    }
    deleteTemporaries();
    return digests;
  }

  private static List<Checkpoint.FileDigest> writeInto(
      Directory target, long round, Map<String, ContentWriter> files) {
    target.create();
    var digests = new ArrayList<Checkpoint.FileDigest>();
    for (Map.Entry<String, ContentWriter> file : files.entrySet()) {
      digests.add(writeDigested(target, file.getKey(), file.getValue()));
    }
    new Checkpoint(round, target, digests).writeManifest();
    // What the disk gives back, not what memory held, is what a resume will read.
    return Checkpoint.verify(target, round).files();
  }

  private static Checkpoint.FileDigest writeDigested(
      Directory target, String name, ContentWriter writer) {
    var digest = Sha256.digest();
    long[] bytes = new long[1];
    target.atomicWrite(
        name,
        out -> {
          var counting = new CountingOutputStream(out);
          var digesting = new DigestOutputStream(counting, digest);
          writer.write(digesting);
          bytes[0] = counting.count;
        });
    return new Checkpoint.FileDigest(name, bytes[0], Sha256.hex(digest));
  }

  /** Counts what passes. */
  private static final class CountingOutputStream extends OutputStream {
    private final OutputStream out;
    private long count;

    CountingOutputStream(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
      count++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
      count += length;
    }
  }

  /**
   * Finds the newest checkpoint whose files are as they were written.
   *
   * @throws StoreException if the directory cannot be listed
   */
  public Search newestValid() {
    return newestValid(checkpoint -> {});
  }

  /**
   * Finds where to resume.
   *
   * @param judge throws StoreException or IllegalArgumentException, with the reason, at a
   *     checkpoint that cannot be used although its files are as they were written
   * @return the newest checkpoint that can be used, and why newer ones cannot
   * @throws StoreException if the directory cannot be listed
   */
  public Search newestValid(Consumer<Checkpoint> judge) {
    var rejected = new ArrayList<Rejected>();
    for (long round : rounds()) {
      String name = name(round);
      try {
        Checkpoint checkpoint = Checkpoint.verify(directory.child(name), round);
        judge.accept(checkpoint);
        return new Search(Optional.of(checkpoint), rejected);
      } catch (StoreException | IllegalArgumentException e) {
        rejected.add(new Rejected(name, e.getMessage()));
      }
    }
    return new Search(Optional.empty(), rejected);
  }

  private void prune(long written) {
    int kept = 0;
    for (long round : rounds()) {
      if (round > written || kept >= keep) {
        directory.delete(name(round));
      } else {
        kept++;
      }
    }
  }

  /** Rounds of which there is a directory, newest first. */
  private List<Long> rounds() {
    var rounds = new ArrayList<Long>();
    for (Directory.Entry entry : directory.list()) {
      Matcher matcher = NAME.matcher(entry.name());
      if (entry.directory() && matcher.matches()) {
        rounds.add(Long.parseLong(matcher.group(1)));
      }
    }
    rounds.sort(Comparator.reverseOrder());
    return rounds;
  }

  private void deleteTemporaries() {
    for (Directory.Entry entry : directory.list()) {
      if (Directory.isTemporary(entry.name())) {
        directory.delete(entry.name());
      }
    }
  }

  private void deleteQuietly(String name, Throwable failure) {
    try {
      directory.delete(name);
    } catch (StoreException e) {
      failure.addSuppressed(e);
    }
  }

  private static String name(long round) {
    return String.format(Locale.ROOT, "round-%06d", round);
  }
}
