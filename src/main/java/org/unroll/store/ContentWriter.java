package org.unroll.store;

import java.io.IOException;
import java.io.OutputStream;

/** Writes the content of one file. */
@FunctionalInterface
public interface ContentWriter {
  /**
   * Writes everything the file is to hold.
   *
   * @param out buffered by the directory; not to be closed
   * @throws IOException if writing fails; the file then keeps what it held before
   */
  void write(OutputStream out) throws IOException;
}
