package org.unroll.store;

import java.net.URI;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Local files under a scheme that no FileContext knows. */
class PlainFileSystem extends RawLocalFileSystem {
  @Override
  public URI getUri() {
    return URI.create("plain:///");
  }

  @Override
  public String getScheme() {
    return "plain";
  }
}
