package org.unroll.config;

import java.util.ArrayList;
import java.util.List;
import org.unroll.config.CombinationRules.Violation;
import org.unroll.config.Job.Sections;
import org.unroll.config.LayerConfig.Normalization;

/** Rules about {@code normalization = batch}. */
final class BatchNormalizationRules {
  private BatchNormalizationRules() {}

  /** The broken rules of a job whose single values are all in range. */
  static List<Violation> check(Sections job) {
    List<Violation> violations = new ArrayList<>();
    for (int i = 0; i < job.model().layers().size(); i++) {
      LayerConfig layer = job.model().layers().get(i);
      String prefix = "model.layers." + i + ".";
      if (layer.normalization() == Normalization.BATCH) {
        block(violations, job.training(), prefix + "normalization");
      } else if (layer.normalizationMomentum() > 0) {
        violations.add(momentum(layer, prefix));
      }
    }
    List<LayerConfig> encoder = job.model().characters().layers();
    for (int i = 0; i < encoder.size(); i++) {
      if (encoder.get(i).normalization() == Normalization.BATCH) {
        violations.add(words("model.characters.layers." + i + ".normalization"));
      } else if (encoder.get(i).normalizationMomentum() > 0) {
        violations.add(momentum(encoder.get(i), "model.characters.layers." + i + "."));
      }
    }
    return violations;
  }

  private static Violation words(String key) {
    return new Violation(
        List.of(key),
        key + " must be none or layer: the encoding of a word does not depend on other words",
        "batch",
        "set normalization = layer");
  }

  private static void block(List<Violation> violations, TrainingConfig training, String key) {
    if (training.blockSize() < 2) {
      violations.add(
          new Violation(
              List.of("training.block-size", key),
              key + " = batch needs a training.block-size of at least 2, for means over sequences",
              "training.block-size = " + training.blockSize(),
              "set training.block-size = 32, or normalization = layer"));
    }
  }

  private static Violation momentum(LayerConfig layer, String prefix) {
    return new Violation(
        List.of(prefix + "normalization-momentum", prefix + "normalization"),
        prefix + "normalization-momentum belongs to normalization = batch",
        "normalization = " + ValueType.enumText(layer.normalization()),
        "set normalization = batch, or remove normalization-momentum");
  }
}
