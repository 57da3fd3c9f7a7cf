package org.unroll.data;

import java.io.IOException;

/** The records of a stretch of a file, in order. */
public interface RecordReader {
  /** The next record, or null after the last. */
  RawRecord next() throws IOException;
}
