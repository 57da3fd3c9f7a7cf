package org.unroll.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Nested;

/** The three ways a Hadoop file system can replace a file, over local folders. */
class HadoopDirectoryTest {
  /** Has a FileContext, as HDFS has. */
  @Nested
  class WithFileContext extends DirectoryTest {
    @Override
    Directory directory() {
      return open(new RawLocalFileSystem(), "file", this);
    }
  }

  /** Has none, so files are deleted and renamed. */
  @Nested
  class WithoutFileContext extends DirectoryTest {
    @Override
    Directory directory() {
      return open(new PlainFileSystem(), "plain", this);
    }
  }

  /** Aborts its streams, as S3A does. */
  @Nested
  class LikeAnObjectStore extends DirectoryTest {
    @Override
    Directory directory() {
      return open(new AbortableFileSystem(), "abortable", this);
    }

    @Override
    boolean renamesAtomically() {
      return false;
    }
  }

  static Directory open(FileSystem fileSystem, String scheme, DirectoryTest test) {
    return open(fileSystem, scheme, test.folder.resolve("run").toString());
  }

  static Directory open(FileSystem fileSystem, String scheme, String path) {
    try {
      var configuration = new Configuration(false);
      fileSystem.initialize(java.net.URI.create(scheme + ":///"), configuration);
      return new HadoopDirectory(fileSystem, new Path(scheme, null, path), configuration);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
