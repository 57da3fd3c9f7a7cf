package org.unroll.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Sha256Test {
  /** From FIPS 180-4's examples. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void matchesThePublishedDigest(@TempDir Path folder) {
    assertEquals(ABC, Sha256.hex("abc"));
    Directory.at(folder).writeText("f", "abc");
    assertEquals(ABC, Sha256.hex(Directory.at(folder), "f"));
  }
}
