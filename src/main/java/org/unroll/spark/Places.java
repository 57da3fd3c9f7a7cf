package org.unroll.spark;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.unroll.data.Reject;

/**
 * Says where a row is: file and line where that is quickly found, else file and byte; of formats
 * without lines, file and row from 0.
 */
final class Places {
  private static final long SEARCHED_BYTES = 256L << 20;

  private final Configuration hadoop;
  private final boolean rows;
  private final Map<String, InputFile> files = new HashMap<>();

  /**
   * @param rows whether places are the numbers of rows already, not bytes
   */
  Places(Configuration hadoop, Map<?, List<InputFile>> files, boolean rows) {
    this.hadoop = hadoop;
    this.rows = rows;
    files.values().forEach(each -> each.forEach(file -> this.files.put(file.name(), file)));
  }

  /** Tasks know offsets only: the line number is counted here, for the few rows that are shown. */
  String of(Reject reject) {
    if (rows) {
      return reject.file() + ", row " + reject.offset();
    }
    InputFile file = files.get(reject.file());
    if (file == null || reject.offset() > SEARCHED_BYTES) {
      return reject.place();
    }
    try (InputStream in = Files.open(hadoop, file, 0)) {
      byte[] buffer = new byte[1 << 16];
      long left = reject.offset();
      long line = 1;
      while (left > 0) {
        int n = in.readNBytes(buffer, 0, (int) Math.min(left, buffer.length));
        if (n == 0) {
          return reject.place();
        }
        for (int i = 0; i < n; i++) {
          line += buffer[i] == '\n' ? 1 : 0;
        }
        left -= n;
      }
      return reject.file() + ":" + line;
    } catch (IOException e) {
      return reject.place();
    }
  }
}
