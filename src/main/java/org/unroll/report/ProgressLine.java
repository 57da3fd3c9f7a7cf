package org.unroll.report;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Where training stands: on a terminal a line with a bar, drawn anew in place; elsewhere a plain
 * line now and then, so that logs stay short.
 *
 * <p>Methods may be called by several threads.
 */
public final class ProgressLine {
  private static final int DEFAULT_WIDTH = 80;
  private static final int BAR = 20;
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final String ERASE_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private final int width;
  private final long intervalNanos;
  private final LongSupplier nanoTime;
  private long shownAt;
  private boolean shownBefore;
  private boolean drawn;

  /**
   * Where training stands.
   *
   * @param epoch the running one, from 1
   * @param epochs in all
   * @param round finished rounds of this epoch
   * @param rounds of an epoch
   * @param loss latest, per target; NaN if there is none
   * @param tokensPerSecond speed
   * @param secondsLeft to the end of training, negative if unknown
   */
  public record State(
      int epoch,
      int epochs,
      long round,
      long rounds,
      double loss,
      double tokensPerSecond,
      double secondsLeft) {
    public State {
      if (epoch < 1 || epochs < epoch || round < 0 || rounds < Math.max(1, round)) {
        throw new IllegalArgumentException(
            "epoch must be in 1..epochs and round in 0..rounds, got epoch "
                + epoch
                + " of "
                + epochs
                + ", round "
                + round
                + " of "
                + rounds);
      }
    }
  }

  /**
   * @param terminal whether {@code out} is one that can redraw a line
   * @param width columns of the terminal
   * @param interval between lines when it is not
   * @param nanoTime a clock as {@link System#nanoTime}
   */
  public ProgressLine(
      PrintStream out, boolean terminal, int width, Duration interval, LongSupplier nanoTime) {
    this.out = out;
    this.terminal = terminal;
    this.width = width;
    this.intervalNanos = terminal ? REDRAW_NANOS : interval.toNanos();
    this.nanoTime = nanoTime;
  }

  /**
   * For a stream of this process.
   *
   * @param interval between lines when there is no terminal
   */
  public static ProgressLine on(PrintStream out, Duration interval) {
    Map<String, String> environment = System.getenv();
    return new ProgressLine(
        out, isTerminal(environment), width(environment), interval, System::nanoTime);
  }

  /** Java 22 gives a console without a terminal too, so the method it added has the last word. */
  private static boolean isTerminal(Map<String, String> environment) {
    String terminal = environment.getOrDefault("TERM", "dumb");
    if (System.console() == null || terminal.isEmpty() || terminal.equals("dumb")) {
      return false;
    }
    try {
      return (Boolean) java.io.Console.class.getMethod("isTerminal").invoke(System.console());
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  private static int width(Map<String, String> environment) {
    try {
      return Math.max(20, Integer.parseInt(environment.getOrDefault("COLUMNS", "")));
    } catch (NumberFormatException e) {
      return DEFAULT_WIDTH;
    }
  }

  /** Shows a state, unless one was shown just before. */
  public synchronized void update(State state) {
    long now = nanoTime.getAsLong();
    if (shownBefore && now - shownAt < intervalNanos) {
      return;
    }
    shownBefore = true;
    shownAt = now;
    if (terminal) {
      // The last column stays free: some terminals wrap when it is written.
      out.print(ERASE_LINE + clip(text(state, true), width - 1));
      drawn = true;
    } else {
      out.println(text(state, false));
    }
    out.flush();
  }

  /** Prints lines that stay, above the bar. */
  public synchronized void message(String text) {
    if (drawn) {
      out.print(ERASE_LINE);
      drawn = false;
    }
    out.println(text);
    out.flush();
    shownBefore = shownBefore && !terminal;
  }

  /** Takes the bar away. */
  public synchronized void finish() {
    if (drawn) {
      out.print(ERASE_LINE);
      out.flush();
      drawn = false;
    }
  }

  private static String text(State state, boolean bar) {
    double share = (double) state.round() / state.rounds();
    String left = state.secondsLeft() < 0 ? "" : "  " + duration(state.secondsLeft()) + " left";
    return String.format(
        Locale.ROOT,
        "epoch %d/%d%s  round %d/%d  loss %s  %s tokens/s%s",
        state.epoch(),
        state.epochs(),
        bar ? "  " + bar(share) : "",
        state.round(),
        state.rounds(),
        loss(state.loss()),
        count(state.tokensPerSecond()),
        left);
  }

  /** A round whose targets weigh nothing has no loss. */
  private static String loss(double loss) {
    return Double.isNaN(loss) ? "-" : String.format(Locale.ROOT, "%.4f", loss);
  }

  private static String bar(double share) {
    int full = (int) (share * BAR);
    return "[" + "#".repeat(full) + "-".repeat(BAR - full) + "]";
  }

  private static String clip(String text, int columns) {
    return text.length() <= columns ? text : text.substring(0, columns);
  }

  /** Three significant digits, as 950, 31.2k, 4.56M. */
  static String count(double number) {
    if (!(Math.abs(number) >= 999.5)) {
      return String.format(Locale.ROOT, "%.0f", number);
    }
    double scaled = number;
    for (String unit : new String[] {"k", "M", "G"}) {
      scaled /= 1000;
      if (Math.abs(scaled) < 999.5 || unit.equals("G")) {
        int decimals = Math.abs(scaled) < 9.995 ? 2 : Math.abs(scaled) < 99.95 ? 1 : 0;
        return String.format(Locale.ROOT, "%." + decimals + "f%s", scaled, unit);
      }
    }
    throw new AssertionError("the last unit takes every number");
  }

  /** As 0:42, 12:05 or 3:01:00. */
  static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }
}
