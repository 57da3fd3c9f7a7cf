package org.unroll.spark;

import java.io.Serializable;

/**
 * A file to read.
 *
 * @param uri where Hadoop finds it
 * @param name for people, and the same however the path was written
 * @param relative path relative to the data root, without compression suffix: its identity
 * @param length in bytes, as stored
 * @param suffix of the name that says how it is compressed, as in {@code .gz}; else empty
 */
record InputFile(String uri, String name, String relative, long length, String suffix)
    implements Serializable {

  /** Whether it must be decompressed, hence read from its start. */
  boolean compressed() {
    return !suffix.isEmpty();
  }
}
