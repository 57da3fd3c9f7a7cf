package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings of file systems given to Spark, as {@code --conf spark.hadoop.fs.s3a.endpoint=…}. */
class HadoopSettingsTest {
  private static final String SETTING = "spark.hadoop.fs.plain.impl";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"generate", "inspect", "evaluate --data x"})
  void holdForEveryCommandThatOpensAModel(String command) {
    System.setProperty(SETTING, "org.unroll.store.PlainFileSystem");
    try {
      String model = "plain://" + folder + "/model";
      Call call = Call.of((command + " " + model).split(" "));
      assertEquals(ExitCode.FAILED, call.code());
      // The file system is there; the model is not.
      assertTrue(call.err().contains("must hold config.json, got none"), call.err());
    } finally {
      System.clearProperty(SETTING);
    }
  }
}
