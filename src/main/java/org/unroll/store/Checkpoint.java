package org.unroll.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The state of training after a round, as written by {@link CheckpointStore} and verified.
 *
 * @param round rounds finished since the beginning of training
 * @param directory holds its files
 * @param files what the manifest lists
 */
public record Checkpoint(long round, Directory directory, List<FileDigest> files) {
  /** Tensors. */
  public static final String TENSORS = "state.safetensors";

  /** Everything else. */
  public static final String STATE = "state.json";

  static final String MANIFEST = "manifest.json";
  private static final long FORMAT_VERSION = 1;

  /**
   * One file of a checkpoint.
   *
   * @param name path element
   * @param bytes length
   * @param sha256 lower-case hexadecimal
   */
  public record FileDigest(String name, long bytes, String sha256) {
    public FileDigest {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(sha256, "sha256");
    }
  }

  public Checkpoint {
    if (round < 0) {
      throw new IllegalArgumentException("round must be at least 0, got " + round);
    }
    Objects.requireNonNull(directory, "directory");
    files = List.copyOf(files);
  }

  /** The values given to {@link CheckpointStore#write}. */
  public Map<String, Object> state() {
    return Json.readObject(directory, STATE);
  }

  /** The tensors; those of a diverged run may hold NaN, which is then refused. */
  public SafeTensors tensors() {
    return SafeTensors.read(directory, TENSORS);
  }

  void writeManifest() {
    var list = new ArrayList<Object>();
    for (FileDigest file : files) {
      var entry = new LinkedHashMap<String, Object>();
      entry.put("name", file.name());
      entry.put("bytes", file.bytes());
      entry.put("sha256", file.sha256());
      list.add(entry);
    }
    var manifest = new LinkedHashMap<String, Object>();
    manifest.put("format-version", FORMAT_VERSION);
    manifest.put("round", round);
    manifest.put("files", list);
    Json.write(directory, MANIFEST, manifest);
  }

  /**
   * Reads a checkpoint and checks every byte of it.
   *
   * @param expectedRound as its directory's name says
   * @throws StoreException with the reason why it cannot be used
   */
  static Checkpoint verify(Directory directory, long expectedRound) {
    String place = directory.location(MANIFEST);
    if (!directory.exists(MANIFEST)) {
      throw StoreException.of(
          "checkpoint must have a manifest", "none", place, "the writer was interrupted");
    }
    Map<String, Object> manifest = Json.readObject(directory, MANIFEST);
    expect("format-version", FORMAT_VERSION, manifest.get("format-version"), place);
    expect("round", expectedRound, manifest.get("round"), place);
    if (!(manifest.get("files") instanceof List<?> list)) {
      throw StoreException.of(
          "manifest must list its files", manifest.get("files"), place, "delete this checkpoint");
    }
    var files = new ArrayList<FileDigest>();
    for (Object entry : list) {
      FileDigest file = fileDigest(entry, place);
      verify(directory, file);
      files.add(file);
    }
    return new Checkpoint(expectedRound, directory, files);
  }

  private static FileDigest fileDigest(Object entry, String place) {
    if (entry instanceof Map<?, ?> map
        && map.get("name") instanceof String name
        && map.get("bytes") instanceof Long bytes
        && map.get("sha256") instanceof String sha256) {
      return new FileDigest(name, bytes, sha256);
    }
    throw StoreException.of(
        "manifest must list files with name, bytes and sha256",
        entry,
        place,
        "delete this checkpoint");
  }

  private static void verify(Directory directory, FileDigest file) {
    String place = directory.location(file.name());
    long length = directory.exists(file.name()) ? directory.length(file.name()) : -1;
    expect("bytes", file.bytes(), length < 0 ? "no file" : (Object) length, place);
    expect("SHA-256", file.sha256(), Sha256.hex(directory, file.name()), place);
  }

  private static void expect(String what, Object expected, Object actual, String place) {
    if (!expected.equals(actual)) {
      throw StoreException.of(
          what + " must be " + expected, actual, place, "delete this checkpoint");
    }
  }
}
