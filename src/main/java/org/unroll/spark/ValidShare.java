package org.unroll.spark;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.unroll.config.Problem;
import org.unroll.config.ValidSource;
import org.unroll.data.Intake;
import org.unroll.data.Role;
import org.unroll.data.Vocabulary;
import org.unroll.text.Counts;

/**
 * Validation rows that are chosen from the training files by chance. A label that would be left to
 * them alone could not be learned: its rows stay in training.
 *
 * @param labels those labels
 * @param rows chosen rows that stay in training for their sake
 */
record ValidShare(ValidSource valid, Set<String> labels, long rows) {
  private static final int SHOWN = 3;

  /** The labels of the first pass that only chosen rows have. */
  static ValidShare of(ValidSource valid, SymbolCounter.Result counted) {
    Set<String> labels = new TreeSet<>(Vocabulary.BY_CODE_POINT);
    if (valid instanceof ValidSource.Fraction) {
      labels.addAll(counted.chosen().keySet());
      labels.removeAll(counted.targets().keySet());
    }
    return new ValidShare(valid, labels, 0);
  }

  /** The same after the first pass has been repeated without their rows. */
  ValidShare after(SymbolCounter.Result before, SymbolCounter.Result now) {
    return new ValidShare(valid, labels, used(before.intake()) - used(now.intake()));
  }

  private static long used(Intake intake) {
    return intake.counts(Role.VALID).used();
  }

  /** What a user should know of rows that stay in training. */
  Optional<Problem> doubt() {
    if (labels.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Problem(
            "every label of the rows that data.valid selects should occur in other rows, too",
            String.format(
                Locale.ROOT,
                "only there: %s%s (labels: %,d, rows: %,d)",
                labels.stream()
                    .limit(SHOWN)
                    .map(each -> "'" + each + "'")
                    .collect(Collectors.joining(", ")),
                labels.size() > SHOWN ? ", …" : "",
                labels.size(),
                rows),
            place(),
            "these rows stay in data.train; give more rows of these labels"));
  }

  /** Why a role has no sequence, where it is because of the share. */
  Optional<Problem> whyNone(Role role, Intake intake) {
    if (!(valid instanceof ValidSource.Fraction)) {
      return Optional.empty();
    }
    long chosen = intake.counts(Role.VALID).read();
    long others = intake.counts(Role.TRAIN).read();
    if (role == Role.TRAIN && others == 0) {
      return Optional.of(
          none(role, "it selects all of %s", chosen, "lower data.valid, give more rows"));
    }
    if (role == Role.VALID && chosen == 0) {
      String selected =
          rows == 0
              ? "the fraction selects none of %s; equal rows are selected together"
              : "no other row has the labels of the %s that the fraction selects: what it selects"
                  + " stays in data.train";
      return Optional.of(
          none(
              role,
              selected,
              rows == 0 ? others : rows,
              rows == 0
                  ? "raise data.valid, give a file"
                  : "give more rows of these labels or a file"));
    }
    return Optional.empty();
  }

  private Problem none(Role role, String selected, long count, String fix) {
    return new Problem(
        role.key() + " must hold at least one sequence",
        "none: " + String.format(Locale.ROOT, selected, Counts.of(count, "row")),
        place(),
        fix + ", or set another data.valid-seed");
  }

  private String place() {
    return "data.valid = " + valid;
  }
}
