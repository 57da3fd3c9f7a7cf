package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkUserAppException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExitTest {
  @ParameterizedTest
  @CsvSource({
    "client, local[2], true",
    "client, yarn, true",
    "client, spark://host:7077, true",
    "cluster, spark://host:7077, true",
    "cluster, yarn, false",
  })
  void onlyOurOwnProcessIsEnded(String deployMode, String master, boolean ours) {
    SparkConf conf =
        new SparkConf(false).set("spark.submit.deployMode", deployMode).setMaster(master);
    assertEquals(ours, Exit.ownsProcess(conf));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 130})
  void sparksExceptionCarriesTheCode(int code) {
    SparkUserAppException carrier =
        assertThrows(
            SparkUserAppException.class,
            () -> {
              throw Exit.carrier(code);
            });
    assertEquals(code, carrier.exitCode());
  }
}
