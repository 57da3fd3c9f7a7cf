package org.unroll.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.unroll.store.Json;

/**
 * A command, run in this process.
 *
 * @param code exit code
 * @param out what it printed on standard output
 * @param err what it printed on standard error
 */
record Call(int code, String out, String err) {
  static Call of(String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int code = Main.run(args);
      System.out.flush();
      System.err.flush();
      return new Call(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
  }

  /** {@code train} with settings of the job file. */
  static Call train(String job, List<String> settings, String... more) {
    List<String> args = new ArrayList<>(List.of("train", job));
    settings.forEach(setting -> args.addAll(List.of("--set", setting)));
    args.addAll(Arrays.asList(more));
    return of(args.toArray(String[]::new));
  }

  /** The call, which must have ended with this code. */
  Call expect(int expected) {
    if (code != expected) {
      throw new AssertionError("exit code " + code + " instead of " + expected + "\n" + out + err);
    }
    return this;
  }

  /** Standard output as one JSON object. */
  Map<String, Object> json() {
    return Json.parseObject(out, "standard output");
  }
}
