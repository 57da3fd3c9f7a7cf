package org.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.data.DataException;

/** Files of vectors that are none. */
class VectorFilesTest {
  @TempDir Path folder;

  private String refused(String name, byte[] content) throws IOException {
    Path file = Files.write(folder.resolve(name), content);
    return assertThrows(
            DataException.class,
            () -> VectorFiles.check(new Configuration(), "model.vectors", file.toString()))
        .getMessage()
        .replace(folder.toString(), "");
  }

  private static byte[] word2vec() throws IOException {
    var bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeBytes("2 3\n");
    for (String word : new String[] {"the", "of"}) {
      out.write((word + " ").getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 3; i++) {
        out.writeInt(Integer.reverseBytes(Float.floatToIntBits(0.1f + i)));
      }
      out.writeByte('\n');
    }
    return bytes.toByteArray();
  }

  @Test
  void areNamedForWhatTheyAre() throws IOException {
    assertEquals(
        "model.vectors must name vectors written as text, got word vectors in the binary format of"
            + " word2vec (/v.bin): write them as text, in gensim by"
            + " KeyedVectors.load_word2vec_format(FILE, binary=True).save_word2vec_format(TEXT)",
        refused("v.bin", word2vec()));
    assertEquals(
        "model.vectors must name vectors written as text, got a zip archive (/glove.zip): unpack"
            + " it, and name the files that were in it",
        refused("glove.zip", new byte[] {'P', 'K', 3, 4, 20, 0, 0, 0, 8, 0}));
    assertEquals(
        "model.vectors must name vectors written as text, got a Parquet file (/v.parquet): write"
            + " its content as text",
        refused("v.parquet", new byte[] {'P', 'A', 'R', '1', 21, 4, 21, 0}));
  }

  @Test
  void textPasses() throws IOException {
    Path file = Files.writeString(folder.resolve("v.txt"), "2 3\nthe 1 2 3\nof 4 5 6\n");
    VectorFiles.check(new Configuration(), "model.vectors", file.toString());
  }
}
