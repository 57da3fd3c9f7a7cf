package org.unroll.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.unroll.store.CheckpointStore.Search;

class CheckpointStoreTest {
  @TempDir Path folder;

  private Directory directory() {
    return Directory.at(folder.resolve("checkpoints"));
  }

  private static SafeTensors tensors(long round) {
    return new SafeTensors(
        Map.of(), Map.of("w", new Tensor.Floats(new long[] {2}, new float[] {round, 2})));
  }

  private static Checkpoint write(CheckpointStore store, long round) {
    return store.write(round, tensors(round), Map.of("epoch", round / 10));
  }

  private List<String> names() {
    return directory().list().stream().map(Directory.Entry::name).toList();
  }

  private void damage(String checkpoint, String file) {
    Directory target = directory().child(checkpoint);
    byte[] bytes = target.readBytes(file, 10_000);
    bytes[bytes.length - 1] ^= 1;
    target.atomicWrite(file, out -> out.write(bytes));
  }

  @Test
  void readsBackWhatItWrote() {
    var store = new CheckpointStore(directory(), 3);
    assertEquals(new Search(Optional.empty(), List.of()), store.newestValid());
    Checkpoint written = write(store, 123);
    Search search = store.newestValid();
    Checkpoint read = search.checkpoint().orElseThrow();
    assertEquals(123, read.round());
    assertEquals(written.files(), read.files());
    assertEquals(tensors(123), read.tensors());
    assertEquals(Map.of("epoch", 12L), read.state());
    assertEquals(List.of(), search.rejected());
    assertEquals(List.of("round-000123"), names());
    assertEquals(
        "[manifest.json, state.json, state.safetensors]",
        read.directory().list().stream().map(Directory.Entry::name).toList().toString());
  }

  @Test
  void keepsTheNewest() {
    var store = new CheckpointStore(directory(), 2);
    for (long round : new long[] {1, 9, 10, 999_999, 1_000_000}) {
      write(store, round);
    }
    assertEquals(List.of("round-1000000", "round-999999"), names());
    assertEquals(1_000_000, store.newestValid().checkpoint().orElseThrow().round());
  }

  @ParameterizedTest
  @ValueSource(strings = {"state.safetensors", "state.json", "manifest.json"})
  void passesOverWhatDoesNotVerify(String file) {
    var store = new CheckpointStore(directory(), 3);
    write(store, 1);
    write(store, 2);
    write(store, 3);
    damage("round-000003", file);
    directory().child("round-000002").delete(file);
    Search search = store.newestValid();
    assertEquals(1, search.checkpoint().orElseThrow().round());
    assertEquals(
        List.of("round-000003", "round-000002"),
        search.rejected().stream().map(CheckpointStore.Rejected::name).toList());
    for (CheckpointStore.Rejected rejected : search.rejected()) {
      assertTrue(rejected.reason().contains(file), rejected.reason());
    }
  }

  @Test
  void passesOverTruncatedTensors() {
    var store = new CheckpointStore(directory(), 3);
    write(store, 1);
    Directory target = directory().child("round-000001");
    byte[] bytes = target.readBytes("state.safetensors", 10_000);
    target.atomicWrite("state.safetensors", out -> out.write(bytes, 0, bytes.length - 1));
    Search search = store.newestValid();
    assertTrue(search.checkpoint().isEmpty());
    assertTrue(search.rejected().get(0).reason().contains("bytes must be"));
  }

  @Test
  void passesOverACheckpointUnderAnotherName() {
    var store = new CheckpointStore(directory(), 3);
    write(store, 1);
    directory().rename("round-000001", "round-000002");
    assertTrue(store.newestValid().checkpoint().isEmpty());
    assertTrue(store.newestValid().rejected().get(0).reason().contains("round must be 2"));
  }

  @Test
  void aManifestReachesNoOtherDirectory() {
    var store = new CheckpointStore(directory(), 3);
    Checkpoint checkpoint = write(store, 1);
    directory().writeText("secret", "x");
    var file = new Checkpoint.FileDigest("../secret", 1, Sha256.hex("x"));
    new Checkpoint(1, checkpoint.directory(), List.of(file)).writeManifest();
    assertTrue(store.newestValid().rejected().get(0).reason().contains("single path element"));
  }

  @Test
  void anInterruptedWriteLeavesTheOlderOnes() {
    var store = new CheckpointStore(directory(), 1);
    write(store, 1);
    var files = new LinkedHashMap<String, ContentWriter>();
    files.put("first", out -> out.write(1));
    files.put(
        "second",
        out -> {
          out.write(1);
          throw new IOException("No space left on device");
        });
    StoreException e = assertThrows(StoreException.class, () -> store.write(2, files, Map.of()));
    assertTrue(e.getMessage().contains("free space"), e.getMessage());
    assertEquals(List.of("round-000001"), names());
    assertEquals(1, store.newestValid().checkpoint().orElseThrow().round());
  }

  /** A kill can come between any two steps; what each leaves behind must not matter. */
  @Test
  void aKilledWriteIsPassedOverAndClearedAway() {
    var store = new CheckpointStore(directory(), 2);
    write(store, 1);
    Directory half = directory().child(Directory.TEMPORARY_PREFIX + "half");
    half.create();
    half.writeText("state.safetensors", "x");
    Directory deleted = directory().child("round-000000");
    deleted.create();
    deleted.writeText("state.json", "{}");
    Search search = store.newestValid();
    assertEquals(1, search.checkpoint().orElseThrow().round());
    assertEquals(List.of(), search.rejected());
    write(store, 2);
    assertEquals(List.of("round-000001", "round-000002"), names());
  }

  @Test
  void aResumedRunReplacesWhatLiesAhead() {
    var store = new CheckpointStore(directory(), 1);
    var wide = new CheckpointStore(directory(), 5);
    write(wide, 10);
    write(wide, 20);
    write(wide, 30);
    damage("round-000020", "state.json");
    damage("round-000030", "state.json");
    assertEquals(10, store.newestValid().checkpoint().orElseThrow().round());
    write(store, 20);
    assertEquals(List.of("round-000020"), names());
    assertEquals(20, store.newestValid().checkpoint().orElseThrow().round());
  }

  @Test
  void worksOnAnObjectStore() {
    Directory objects =
        HadoopDirectoryTest.open(
            new AbortableFileSystem(), "abortable", folder.resolve("objects").toString());
    var store = new CheckpointStore(objects, 2);
    for (long round = 1; round <= 3; round++) {
      write(store, round);
    }
    write(store, 3);
    assertEquals(3, store.newestValid().checkpoint().orElseThrow().round());
    assertEquals(2, objects.list().size());
    RunLock lock = RunLock.acquire(objects);
    assertThrows(StoreException.class, () -> RunLock.acquire(objects));
    lock.close();
  }

  @Test
  void keepMustBePositive() {
    assertThrows(IllegalArgumentException.class, () -> new CheckpointStore(directory(), 0));
  }
}
