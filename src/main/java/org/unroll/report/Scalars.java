package org.unroll.report;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What TensorBoard shows of a record of {@code metrics.jsonl}: the same whether it was just
 * measured or is read back from the log.
 */
final class Scalars {
  private static final String VALID = "valid-";

  private Scalars() {}

  /** Scalars by their tag; numbers that are not finite, which the log cannot hold, are left out. */
  static Map<String, Number> of(Map<String, ?> record) {
    Map<String, Number> scalars = new LinkedHashMap<>();
    boolean round = "round".equals(record.get("kind"));
    put(scalars, round ? "loss/round" : "loss/train", record.get("train-loss"));
    put(scalars, "gradient-norm", record.get("gradient-norm"));
    if (record.get("gradient-norms") instanceof Map<?, ?> norms) {
      norms.forEach((layer, norm) -> put(scalars, "gradient-norm/" + layer, norm));
    }
    put(scalars, "learning-rate", record.get("learning-rate"));
    put(scalars, "tokens-per-second", record.get("tokens-per-second"));
    record.forEach(
        (key, value) -> {
          if (key.startsWith(VALID)) {
            put(scalars, key.substring(VALID.length()) + "/valid", value);
          }
        });
    return scalars;
  }

  private static void put(Map<String, Number> scalars, String tag, Object value) {
    if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      scalars.put(tag, number);
    }
  }
}
