package org.unroll.store;

/** A file system that aborts its streams, as S3A does: the final key is written. */
class ObjectStoreDirectoryTest extends DirectoryTest {
  @Override
  Directory directory() {
    String path = folder.resolve("run").toString();
    return HadoopDirectoryTest.open(new AbortableFileSystem(), "abortable", path);
  }

  @Override
  boolean renamesAtomically() {
    return false;
  }
}
