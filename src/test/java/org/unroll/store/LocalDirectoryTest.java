package org.unroll.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class LocalDirectoryTest extends DirectoryTest {
  @Override
  Directory directory() {
    return Directory.at(folder.resolve("run"));
  }

  @Test
  void localLocationsNeedNoHadoop() {
    var configuration = new Configuration(false);
    for (String location : new String[] {folder.toString(), folder.toUri().toString()}) {
      assertInstanceOf(LocalDirectory.class, Directory.at(location, configuration));
    }
    StoreException e =
        assertThrows(StoreException.class, () -> Directory.at("nosuch://h/p", configuration));
    assertTrue(e.getMessage().contains("nosuch"), e.getMessage());
  }

  @Test
  void deletesLinksNotWhatTheyPointAt() throws IOException {
    Path precious = Files.createDirectory(folder.resolve("precious"));
    Files.writeString(precious.resolve("data"), "x");
    Directory directory = directory();
    directory.child("model").create();
    Files.createSymbolicLink(folder.resolve("run/model/link"), precious);
    Files.createSymbolicLink(folder.resolve("run/link"), precious);
    assertTrue(directory.delete("model"));
    assertTrue(directory.delete("link"));
    assertEquals("x", Files.readString(precious.resolve("data")));
  }

  @Test
  void writesEvenWhenInterrupted() {
    Directory directory = directory();
    directory.create();
    Thread.currentThread().interrupt();
    directory.writeText("a", "x");
    directory.createExclusive("b", new byte[1]);
    assertEquals(1, directory.readBytes("a", 10).length);
    assertTrue(Thread.interrupted());
    assertEquals(2, directory.list().size());
  }

  @Test
  void saysWhenAFileIsInTheWay() throws IOException {
    Files.writeString(folder.resolve("run"), "x");
    StoreException e = assertThrows(StoreException.class, () -> directory().create());
    assertTrue(e.getMessage().contains("must be a directory"), e.getMessage());
    assertThrows(StoreException.class, () -> directory().list());
    assertFalse(directory().exists());
    assertFalse(directory().createNew());
  }

  @Test
  void onlyOneOfManyThreadsCreates() throws InterruptedException {
    directory().create();
    for (int turn = 0; turn < 20; turn++) {
      String name = "lock" + turn;
      var winners = new AtomicInteger();
      var start = new CountDownLatch(1);
      var threads = new Thread[4];
      for (int i = 0; i < threads.length; i++) {
        threads[i] =
            new Thread(
                () -> {
                  await(start);
                  if (directory().createExclusive(name, new byte[] {1})) {
                    winners.incrementAndGet();
                  }
                });
        threads[i].start();
      }
      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(1, winners.get());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
