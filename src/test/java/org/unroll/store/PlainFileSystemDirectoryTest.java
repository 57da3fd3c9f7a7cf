package org.unroll.store;

/** A file system without a FileContext: the old file is deleted before the new one is renamed. */
class PlainFileSystemDirectoryTest extends DirectoryTest {
  @Override
  Directory directory() {
    String path = folder.resolve("run").toString();
    return HadoopDirectoryTest.open(new PlainFileSystem(), "plain", path);
  }
}
