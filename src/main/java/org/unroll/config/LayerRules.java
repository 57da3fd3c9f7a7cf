package org.unroll.config;

import java.util.ArrayList;
import java.util.List;
import org.unroll.config.CombinationRules.Violation;
import org.unroll.config.Job.Sections;

/** Rules that join several keys of the {@code model} section. */
final class LayerRules {
  private final Sections job;
  private final List<Violation> violations = new ArrayList<>();

  private LayerRules(Sections job) {
    this.job = job;
  }

  /** The broken rules of a job whose single values are all in range. */
  static List<Violation> check(Sections job) {
    LayerRules rules = new LayerRules(job);
    rules.residuals("model.", job.model().layers(), rules.inputWidth());
    CharactersConfig words = job.model().characters();
    if (words.embedding() > 0) {
      rules.residuals("model.characters.", words.layers(), words.embedding());
    }
    rules.dropoutMask();
    if (job.model().tieEmbeddings()) {
      rules.tiedEmbeddings();
    }
    return rules.violations;
  }

  private void add(List<String> keys, String rule, String value, String fix) {
    violations.add(new Violation(keys, rule, value, fix));
  }

  private void dropoutMask() {
    boolean variational = job.model().dropoutMask() == ModelConfig.DropoutMask.SEQUENCE;
    if (variational && !job.model().hasDropout()) {
      add(
          List.of("model.dropout-mask"),
          "model.dropout-mask = sequence needs a dropout, whose mask it is",
          "no dropout above 0",
          "set model.embedding-dropout, or dropout in model.layers or model.dense, or remove"
              + " model.dropout-mask");
    }
  }

  private void tiedEmbeddings() {
    String key = "model.tie-embeddings";
    ModelConfig model = job.model();
    if (!(job.data().target().column() instanceof Column.None)) {
      add(
          List.of(key, "data.target.column"),
          key + " needs a language model, whose classes are the symbols that it reads",
          "data.target.column = " + job.data().target().column(),
          "remove " + key + ", or data.target.column");
      return;
    }
    long width = width(model);
    if (model.embedding() == 0) {
      add(
          List.of(key, "model.embedding"),
          key + " needs an embedding",
          "model.embedding = 0",
          "set model.embedding = " + width + ", the width of the layer below the output");
    } else if (model.embedding() != width) {
      add(
          List.of(key, "model.embedding"),
          key + " needs an embedding as wide as the layer below the output, " + width,
          "model.embedding = " + model.embedding(),
          "set model.embedding = "
              + width
              + ", or add a layer of "
              + model.embedding()
              + " units to model.dense");
    }
  }

  /** Width of the layer below the output. */
  private static long width(ModelConfig model) {
    int dense = model.dense().size();
    return dense > 0
        ? model.dense().get(dense - 1).units()
        : model.layers().get(model.layers().size() - 1).outputs();
  }

  /** Checks layers above an input of some width, 0 of one-hot symbols. */
  private void residuals(String section, List<LayerConfig> layers, long width) {
    long inputs = width;
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).residual()) {
        residual(section, i, inputs, layers.get(i).outputs());
      }
      inputs = layers.get(i).outputs();
    }
  }

  private void residual(String section, int i, long inputs, long outputs) {
    String prefix = section + "layers." + i + ".";
    if (inputs == 0) {
      add(
          List.of(prefix + "residual", "model.embedding"),
          prefix + "residual needs an embedding, whose numbers are added to the layer's output",
          "model.embedding = 0",
          "set model.embedding = " + outputs + ", or residual = false");
    } else if (inputs != outputs) {
      add(
          List.of(prefix + "residual", prefix + "units"),
          prefix
              + "residual needs an input as wide as the layer's output, units or, in a"
              + " bidirectional layer, twice as many: "
              + outputs,
          "an input of " + inputs,
          "make " + below(section, i) + " or the layer's units fit, or set residual = false");
    }
  }

  private String below(String section, int i) {
    if (i > 0) {
      return section + "layers." + (i - 1) + ".units";
    }
    boolean real = job.data().input().tokens() == DataConfig.Tokens.FEATURES;
    return real ? "data.input.width" : section + "embedding";
  }

  /** Values per step that the first layer reads; 0 of one-hot symbols. */
  private long inputWidth() {
    boolean symbols = job.data().input().tokens() != DataConfig.Tokens.FEATURES;
    long width = symbols ? job.model().embedding() : job.data().input().width();
    for (DataConfig.Field field : job.data().fields()) {
      boolean features = field.tokens() == DataConfig.Tokens.FEATURES;
      width += features ? field.width() : field.embedding();
    }
    List<LayerConfig> encoder = job.model().characters().layers();
    return encoder.isEmpty() ? width : width + encoder.get(encoder.size() - 1).outputs();
  }
}
