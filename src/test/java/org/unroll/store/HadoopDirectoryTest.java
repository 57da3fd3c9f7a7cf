package org.unroll.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** A file system with a FileContext, as HDFS has one: files are renamed over the old ones. */
class HadoopDirectoryTest extends DirectoryTest {
  @Override
  Directory directory() {
    return open(new RawLocalFileSystem(), "file", folder.resolve("run").toString());
  }

  static Directory open(FileSystem fileSystem, String scheme, String path) {
    try {
      var configuration = new Configuration(false);
      fileSystem.initialize(URI.create(scheme + ":///"), configuration);
      return new HadoopDirectory(fileSystem, new Path(scheme, null, path), configuration);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
