package org.unroll.cli;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.unroll.data.DataSummary;
import org.unroll.data.Intake;
import org.unroll.data.Role;
import org.unroll.data.SplitSummary;

/** What became of the rows that a command read, as every command tells it. */
record RowAccount(Map<Role, Intake.Counts> counts) {
  static RowAccount of(DataSummary summary) {
    Map<Role, Intake.Counts> counts = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      SplitSummary split = summary.of(role);
      if (split != null) {
        counts.put(role, split.intake());
      }
    }
    return new RowAccount(counts);
  }

  /** One line for each role there is, such as {@code train: 3 rows read = 2 used + …}. */
  List<String> lines() {
    return counts.entrySet().stream()
        .map(each -> name(each.getKey()) + ": " + each.getValue().describe())
        .toList();
  }

  /** The counts of each role. */
  Map<String, Object> figures() {
    Figures figures = new Figures();
    counts.forEach((role, of) -> figures.put(name(role), figures(of)));
    return figures.map();
  }

  /** The counts of a single role. */
  static Map<String, Object> figures(Intake.Counts counts) {
    return new Figures()
        .put("read", counts.read())
        .put("used", counts.used())
        .put("empty", counts.empty())
        .put("empty-with-label", counts.emptyLabelled())
        .put("rejected", counts.rejected())
        .put("reasons", counts.reasons())
        .put("truncated", counts.truncated())
        .map();
  }

  private static String name(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
