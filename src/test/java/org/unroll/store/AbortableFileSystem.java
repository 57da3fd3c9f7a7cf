package org.unroll.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/** Local files that behave as objects of S3A: they appear on close, or never after an abort. */
class AbortableFileSystem extends RawLocalFileSystem {
  @Override
  public URI getUri() {
    return URI.create("abortable:///");
  }

  @Override
  public String getScheme() {
    return "abortable";
  }

  @Override
  public boolean hasPathCapability(Path path, String capability) throws IOException {
    return capability.equals(CommonPathCapabilities.ABORTABLE_STREAM)
        || !capability.equals(CommonPathCapabilities.FS_APPEND)
            && super.hasPathCapability(path, capability);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    if (!overwrite && exists(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    return new FSDataOutputStream(new Upload(path), null);
  }

  private void put(Path path, byte[] content) throws IOException {
    try (var out = super.create(path, true, 4096, (short) 1, 1 << 20, null)) {
      out.write(content);
    }
  }

  /** An object on its way. */
  private final class Upload extends ByteArrayOutputStream implements Abortable {
    private final Path path;
    private boolean aborted;

    Upload(Path path) {
      this.path = path;
    }

    @Override
    public void close() throws IOException {
      if (!aborted) {
        put(path, toByteArray());
      }
    }

    @Override
    public AbortableResult abort() {
      aborted = true;
      return new AbortableResult() {
        @Override
        public boolean alreadyClosed() {
          return false;
        }

        @Override
        public IOException anyCleanupException() {
          return null;
        }
      };
    }
  }
}
