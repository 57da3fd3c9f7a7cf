package org.unroll.data;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.unroll.config.DataConfig;
import org.unroll.config.DataConfig.BadRows;
import org.unroll.config.Problem;
import org.unroll.text.Counts;

/** What a job does about rejected rows. */
public final class BadRowPolicy {
  /** The most rows written to quarantine; they pass through the driver's memory. */
  public static final int QUARANTINE_ROWS = 100_000;

  private static final int SHOWN = 3;

  private BadRowPolicy() {}

  /** How many rejected rows must be kept under a policy. */
  public static int keep(DataConfig data) {
    return switch (data.badRows()) {
      case FAIL -> 1;
      case SKIP -> SHOWN;
      case QUARANTINE -> QUARANTINE_ROWS;
    };
  }

  /**
   * Checks the rejected rows against the job.
   *
   * @param place of a row for people, such as file and line
   * @param others how many rows beside a bad one are bad for the same reason, such as {@code 7 of
   *     the first 9 rows}; empty if it is an exception
   * @throws DataException if there is a bad row and none is tolerated
   * @throws RejectedDataException if there are more than are tolerated
   */
  public static void check(
      Intake intake,
      DataConfig data,
      Function<Reject, String> place,
      Function<Reject, String> others) {
    long rejected = intake.rejected();
    if (rejected == 0) {
      return;
    }
    List<Reject> first = intake.rejects().stream().limit(SHOWN).toList();
    if (data.badRows() == BadRows.FAIL) {
      throw new DataException(problem(first.get(0), place, others));
    }
    double budget = data.badRowsBudget();
    boolean share = budget < 1;
    double tolerated = share ? budget * intake.read() : budget;
    boolean tooMany = data.badRows() == BadRows.QUARANTINE && rejected > QUARANTINE_ROWS;
    if (rejected <= tolerated && !tooMany) {
      return;
    }
    String number = new BigDecimal(Double.toString(budget)).stripTrailingZeros().toPlainString();
    String rule =
        tooMany
            ? "quarantine takes at most " + QUARANTINE_ROWS + " rows"
            : share
                ? "bad rows must be at most a share of " + number + " (data.bad-rows-budget)"
                : "bad rows must be at most " + number + " (data.bad-rows-budget)";
    throw new RejectedDataException(
        rule
            + ", got "
            + rejected
            + " of "
            + Counts.of(intake.read(), "row")
            + ": "
            + intake.reasons()
            + "; mend the data or raise the budget"
            + first.stream()
                .map(each -> "\n  " + problem(each, place, others))
                .collect(Collectors.joining()));
  }

  private static Problem problem(
      Reject reject, Function<Reject, String> place, Function<Reject, String> others) {
    return reject.problem(
        place.apply(reject), reject.ifMany().isEmpty() ? "" : others.apply(reject));
  }
}
