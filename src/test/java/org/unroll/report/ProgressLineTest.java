package org.unroll.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.unroll.report.ProgressLine.State;

class ProgressLineTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long now = 1_000;

  private ProgressLine line(boolean terminal, int width) {
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new ProgressLine(out, terminal, width, Duration.ofSeconds(10), () -> now);
  }

  private static State state(long round) {
    return new State(2, 12, round, 24, 2.01344, 31_234, 102.4);
  }

  private String shown() {
    String text = bytes.toString(StandardCharsets.UTF_8);
    bytes.reset();
    return text.replace(System.lineSeparator(), "\n");
  }

  @Test
  void printsALineNowAndThenWithoutATerminal() {
    ProgressLine line = line(false, 80);
    line.update(state(1));
    assertEquals("epoch 2/12  round 1/24  loss 2.0134  31.2k tokens/s  1:42 left\n", shown());
    now += 9_999_999_999L;
    line.update(state(2));
    assertEquals("", shown());
    now += 1;
    line.update(state(3));
    assertTrue(shown().startsWith("epoch 2/12  round 3/24"));
    line.message("epoch 2 done");
    line.finish();
    assertEquals("epoch 2 done\n", shown());
  }

  @Test
  void redrawsOneLineOnATerminal() {
    ProgressLine line = line(true, 120);
    line.update(state(12));
    assertEquals(
        "\r\u001b[Kepoch 2/12  [##########----------]  round 12/24  loss 2.0134  31.2k tokens/s"
            + "  1:42 left",
        shown());
    line.update(state(13));
    assertEquals("", shown());
    line.message("epoch 2 done");
    assertEquals("\r\u001b[Kepoch 2 done\n", shown());
    line.update(state(13));
    assertTrue(shown().contains("round 13/24"));
    line.finish();
    assertEquals("\r\u001b[K", shown());
    line.finish();
    assertEquals("", shown());
  }

  @Test
  void neverWrapsANarrowTerminal() {
    ProgressLine line = line(true, 40);
    line.update(state(24));
    assertEquals(39, shown().substring("\r\u001b[K".length()).length());
  }

  @Test
  void leavesOutATimeThatIsUnknown() {
    line(false, 80).update(new State(1, 1, 0, 1, Double.NaN, 0, -1));
    assertEquals("epoch 1/1  round 0/1  loss -  0 tokens/s\n", shown());
  }

  @Test
  void refusesImpossibleStates() {
    assertThrows(IllegalArgumentException.class, () -> new State(0, 1, 0, 1, 1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new State(2, 1, 0, 1, 1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new State(1, 1, 2, 1, 1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new State(1, 1, 0, 0, 1, 1, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "999.4, 999",
    "999.5, 1.00k",
    "9994, 9.99k",
    "9996, 10.0k",
    "99960, 100k",
    "999499, 999k",
    "999500, 1.00M",
    "31234567, 31.2M",
    "5e9, 5.00G",
    "NaN, NaN"
  })
  void countsInThreeDigits(double number, String text) {
    assertEquals(text, ProgressLine.count(number));
  }

  @ParameterizedTest
  @CsvSource({"0, 0:00", "59.4, 0:59", "59.6, 1:00", "3599, 59:59", "3600, 1:00:00"})
  void durationsReadAsClocks(double seconds, String text) {
    assertEquals(text, ProgressLine.duration(seconds));
  }
}
