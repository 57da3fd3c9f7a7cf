package org.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.unroll.config.DataConfig;
import org.unroll.config.JobReader;
import org.unroll.config.Predicted;
import org.unroll.config.Problem;
import org.unroll.config.Topology;
import org.unroll.config.ValidSource;
import org.unroll.data.Answers;
import org.unroll.data.Columns;
import org.unroll.data.FeatureMoments;
import org.unroll.data.Intake;
import org.unroll.data.RawRecord;
import org.unroll.data.Role;
import org.unroll.data.SymbolTotals;
import org.unroll.data.TokenRow;

class ValidShareTest {
  private static final ValidSource TENTH = new ValidSource.Fraction(0.1);

  /** What a first pass found: counts of labels, and used rows. */
  private static SymbolCounter.Result counted(
      Map<String, Long> trained, Map<String, Long> chosen, int train, int valid) {
    Intake intake = new Intake(1);
    for (int i = 0; i < train; i++) {
      intake.used(Role.TRAIN, 1, false);
    }
    for (int i = 0; i < valid; i++) {
      intake.used(Role.VALID, 1, false);
    }
    return new SymbolCounter.Result(
        List.of(), new SymbolTotals[0], trained, chosen, new FeatureMoments(0), List.of(), intake);
  }

  private static ReadSettings settings(long seed) {
    DataConfig data =
        JobReader.read(
                """
                data { format = delimited, train = a, valid = 0.3, target.column = 1 }
                model { topology = many-to-one, layers = [ { cell = rnn, units = 1 } ] }
                training.epochs = 1
                """,
                "test.conf",
                seed == 0 ? List.of() : List.of("data.valid-seed=" + seed))
            .data();
    Columns[] columns = new Columns[Role.values().length];
    return new ReadSettings(data, data.valid(), Predicted.classes(Topology.MANY_TO_ONE), columns);
  }

  private static String chosen(long seed) {
    ReadUnit unit = new ReadUnit(Role.TRAIN, null, 0, 1);
    StringBuilder chosen = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      byte[] row = ("row " + i + "\tx").getBytes(StandardCharsets.UTF_8);
      Role role = settings(seed).role(unit, new RawRecord(i, i, row, null));
      chosen.append(role == Role.VALID ? "v" : ".");
    }
    return chosen.toString();
  }

  @Test
  void theSeedSelectsOtherRows() {
    // As it was before there was a seed, for ever.
    assertEquals("..v....vvvv.........v..v.v.....v.v.v....", chosen(0));
    assertNotEquals(chosen(0), chosen(1));
    assertNotEquals(chosen(1), chosen(2));
    assertEquals(chosen(2), chosen(2));
  }

  @Test
  void labelsOfChosenRowsAloneStayInTraining() {
    Map<String, Long> chosen = Map.of("a", 1L, "rare", 2L, "other", 1L);
    SymbolCounter.Result before = counted(Map.of("a", 9L, "b", 3L), chosen, 90, 50);
    ValidShare share = ValidShare.of(TENTH, before);
    assertEquals(List.of("other", "rare"), new ArrayList<>(share.labels()));
    SymbolCounter.Result now = counted(Map.of(), Map.of(), 93, 47);
    assertEquals(
        List.of(
            "every label of the rows that data.valid selects should occur in other rows, too, got"
                + " only there: 'other', 'rare' (labels: 2, rows: 3) (data.valid = 0.1): these rows"
                + " stay in data.train; give more rows of these labels"),
        share.after(before, now).doubt().stream().map(Problem::toString).toList());
    ReadSettings settings = settings(0).training(share.labels());
    assertEquals(Role.TRAIN, settings.role(Role.VALID, row("a", "rare")));
    assertEquals(Role.VALID, settings.role(Role.VALID, row("a", "a")));
    assertEquals(Role.TEST, settings.role(Role.TEST, row("rare")));
    // A file of validation rows is the user's choice.
    assertEquals(Set.of(), ValidShare.of(new ValidSource.Path("f"), before).labels());
  }

  private static TokenRow row(String... targets) {
    return new TokenRow(
        1, List.of(), new double[0], new Answers.Names(List.of(targets)), true, 1f, null);
  }

  private static String whyNone(Role role, int train, int valid, long stay) {
    Intake intake = counted(Map.of(), Map.of(), train, valid).intake();
    return new ValidShare(TENTH, Set.of(), stay)
        .whyNone(role, intake)
        .map(Problem::toString)
        .orElse("");
  }

  @Test
  void theShareIsNamedAsTheCause() {
    assertEquals(
        "data.valid must hold at least one sequence, got none: the fraction selects none of 5"
            + " rows; equal rows are selected together (data.valid = 0.1): raise data.valid, give a"
            + " file, or set another data.valid-seed",
        whyNone(Role.VALID, 5, 0, 0));
    assertEquals(
        "data.valid must hold at least one sequence, got none: no other row has the labels of the 2"
            + " rows that the fraction selects: what it selects stays in data.train (data.valid ="
            + " 0.1): give more rows of these labels or a file, or set another data.valid-seed",
        whyNone(Role.VALID, 5, 0, 2));
    assertEquals(
        "data.train must hold at least one sequence, got none: it selects all of 4 rows (data.valid"
            + " = 0.1): lower data.valid, give more rows, or set another data.valid-seed",
        whyNone(Role.TRAIN, 0, 4, 0));
    assertEquals("", whyNone(Role.TEST, 5, 0, 0));
    ValidShare path = new ValidShare(new ValidSource.Path("f"), Set.of(), 0);
    assertEquals(Optional.empty(), path.whyNone(Role.VALID, new Intake(1)));
  }
}
