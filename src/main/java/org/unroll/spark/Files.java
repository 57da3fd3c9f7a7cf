package org.unroll.spark;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/** Opens files of any Hadoop file system, decompressed. */
final class Files {
  private Files() {}

  /** The decompressed bytes of a file from a position on. */
  static InputStream open(Configuration hadoop, InputFile file, long from) throws IOException {
    Path path = new Path(URI.create(file.uri()));
    FSDataInputStream raw = path.getFileSystem(hadoop).open(path);
    try {
      if (!file.compressed()) {
        raw.seek(from);
        return raw;
      }
      CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(path);
      InputStream in = new BufferedInputStream(codec.createInputStream(raw), 1 << 16);
      in.skipNBytes(from);
      return in;
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  /** Length of a file when decompressed. */
  static long decompressedLength(Configuration hadoop, InputFile file) throws IOException {
    try (InputStream in = open(hadoop, file, 0)) {
      byte[] buffer = new byte[1 << 16];
      long length = 0;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        length += n;
      }
      return length;
    }
  }
}
