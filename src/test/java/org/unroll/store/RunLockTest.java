package org.unroll.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.store.LockOwner.State;

class RunLockTest {
  @TempDir Path folder;

  private static final LockOwner SELF = LockOwner.current();

  private static LockOwner owner(
      String host, long pid, String start, String machine, String boot, String namespace) {
    return new LockOwner(
        host, pid, start, "ada", machine, boot, namespace, "2026-01-01T00:00:00Z", "t" + pid);
  }

  /** This process's place with another pid or beginning. */
  private static LockOwner here(long pid, String start) {
    return owner(SELF.host(), pid, start, SELF.machine(), SELF.boot(), SELF.namespace());
  }

  private static LockOwner dead() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("true").start();
    long pid = process.pid();
    process.waitFor();
    return here(pid, "ticks-1");
  }

  private Directory directory() {
    return Directory.at(folder);
  }

  private void lockBy(LockOwner owner) {
    assertTrue(directory().createExclusive(RunLock.FILE, owner.toBytes()));
  }

  @Test
  void isTakenGivenBackAndTakenAgain() {
    RunLock lock = RunLock.acquire(directory());
    StoreException e = assertThrows(StoreException.class, () -> RunLock.acquire(directory()));
    assertTrue(e.getMessage().contains("pid " + SELF.pid() + " of user "), e.getMessage());
    assertTrue(e.getMessage().contains("choose another output.dir"), e.getMessage());
    lock.close();
    assertTrue(directory().list().isEmpty());
    RunLock.acquire(directory()).close();
  }

  @Test
  void isTakenOverFromTheDead() throws Exception {
    lockBy(dead());
    RunLock lock = RunLock.acquire(directory());
    assertEquals(
        SELF.pid(), LockOwner.fromBytes(directory().readBytes(RunLock.FILE, 9999), "f").pid());
    assertEquals(1, directory().list().size(), directory().list().toString());
    lock.close();
    assertTrue(directory().list().isEmpty());
  }

  @Test
  void isTakenOverFromAPidThatIsUsedAgain() {
    lockBy(here(SELF.pid(), "ticks-1"));
    RunLock.acquire(directory()).close();
  }

  @Test
  void isTakenOverWhenTheOneWhoTookOverDiedToo() throws Exception {
    LockOwner first = dead();
    lockBy(first);
    String guard = "lock.takeover-" + Sha256.hex(first.toBytes()).substring(0, 16);
    directory().createExclusive(guard, dead().toBytes());
    RunLock.acquire(directory()).close();
    assertTrue(directory().list().isEmpty(), directory().list().toString());
  }

  @Test
  void isNotTakenFromTheLiving() throws IOException {
    Process process = new ProcessBuilder("sleep", "60").start();
    try {
      lockBy(here(process.pid(), ""));
      assertThrows(StoreException.class, () -> RunLock.acquire(directory()));
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void isNotTakenFromAnotherHost() {
    lockBy(owner("elsewhere", 1, "ticks-1", "", "", ""));
    StoreException e = assertThrows(StoreException.class, () -> RunLock.acquire(directory()));
    assertTrue(e.getMessage().contains("elsewhere"), e.getMessage());
    assertTrue(e.getMessage().contains("delete " + folder.resolve("lock")), e.getMessage());
  }

  @Test
  void knowsWhatItCannotSee() {
    LockOwner observer = owner("h", 1, "s", "machine", "boot", "space");
    long none = Integer.MAX_VALUE;
    assertEquals(State.DEAD, owner("h", none, "s", "machine", "boot", "space").state(observer));
    assertEquals(State.DEAD, owner("h", 1, "s", "machine", "earlier", "space").state(observer));
    for (LockOwner hidden :
        List.of(
            owner("x", none, "s", "machine", "boot", "space"),
            owner("h", none, "s", "other", "boot", "space"),
            owner("h", none, "s", "", "earlier", "space"),
            owner("h", none, "s", "machine", "boot", "container"))) {
      assertEquals(State.OUT_OF_SIGHT, hidden.state(observer), hidden.toString());
    }
    assertEquals(State.ALIVE, SELF.state(SELF));
  }

  @Test
  void refusesALockItCannotRead() {
    for (String content : new String[] {"", "not json", "{\"pid\":\"x\"}", "{\"pid\":1}"}) {
      directory().writeText(RunLock.FILE, content);
      StoreException e = assertThrows(StoreException.class, () -> RunLock.acquire(directory()));
      assertTrue(e.getMessage().contains(folder.resolve("lock").toString()), e.getMessage());
    }
  }

  @Test
  void leavesALockThatIsNoLongerItsOwn() {
    RunLock lock = RunLock.acquire(directory());
    byte[] other = owner("elsewhere", 1, "", "", "", "").toBytes();
    directory().atomicWrite(RunLock.FILE, out -> out.write(other));
    lock.close();
    assertArrayEquals(other, directory().readBytes(RunLock.FILE, 9999));
  }

  /** All contenders live, so whoever loses must say so; never may two win. */
  @Test
  void onlyOneOfManyTakesOver() throws Exception {
    var pool = Executors.newFixedThreadPool(4);
    try {
      for (int turn = 0; turn < 15; turn++) {
        directory().delete(RunLock.FILE);
        lockBy(dead());
        var contenders = new ArrayList<Callable<RunLock>>();
        for (int i = 0; i < 4; i++) {
          contenders.add(() -> RunLock.acquire(directory()));
        }
        int winners = 0;
        for (Future<RunLock> result : pool.invokeAll(contenders)) {
          winners += won(result) ? 1 : 0;
        }
        assertEquals(1, winners);
        assertEquals(1, directory().list().size(), directory().list().toString());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static boolean won(Future<RunLock> result) throws InterruptedException {
    try {
      result.get();
      return true;
    } catch (ExecutionException e) {
      assertTrue(e.getCause().getMessage().contains("one writer"), e.getCause().getMessage());
      return false;
    }
  }

  @Test
  void survivesARoundTrip() {
    assertEquals(SELF, LockOwner.fromBytes(SELF.toBytes(), "f"));
    assertFalse(SELF.processStart().isEmpty());
  }
}
