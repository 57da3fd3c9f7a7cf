package org.unroll.twin;

import static org.unroll.Pairwise.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.unroll.config.LayerConfig;
import org.unroll.config.LayerConfig.Normalization;
import org.unroll.config.ModelConfig;
import org.unroll.config.Topology;

/**
 * The options of a network, as {@link org.unroll.Pairwise} asks for them: a view for each layer,
 * also of those over characters, and one for the network. A cell with its own options is one
 * option, so that, say, a peephole is seen with either output and every normalisation.
 */
public final class ModelViews {
  /** Widths below, at and above a whole tile of the kernels. */
  private static final int TILE = 8;

  private ModelViews() {}

  /** The views of a model, that of the network last. */
  public static List<Map<String, Object>> of(ModelConfig model) {
    String input = model.embedding() > 0 ? "embedding" : "one-hot";
    List<Map<String, Object>> views = new ArrayList<>();
    boolean one = model.topology() == Topology.MANY_TO_ONE;
    String top = one ? model.pooling() + " pooling" : "each step";
    addLayers(views, model, model.layers(), input, top);
    addLayers(views, model, model.characters().layers(), "characters", "words");
    List<?> dense = model.dense().stream().map(layer -> layer.activation()).toList();
    views.add(
        view(
            "input",
            input,
            "tied",
            model.tieEmbeddings(),
            "output",
            model.output(),
            "layers",
            model.layers().size(),
            "read by",
            top,
            "dense layers",
            dense.size(),
            "dense",
            dense.isEmpty() ? "none" : dense.get(0),
            "embedding dropout",
            model.embeddingDropout() > 0,
            "characters",
            model.characters().layers().size()));
    return views;
  }

  private static void addLayers(
      List<Map<String, Object>> views,
      ModelConfig model,
      List<LayerConfig> layers,
      String input,
      String top) {
    for (int l = 0; l < layers.size(); l++) {
      LayerConfig layer = layers.get(l);
      boolean drops = layer.dropout() > 0;
      views.add(
          view(
              "cell", cell(layer),
              "normalization", layer.normalization(),
              "bidirectional", layer.bidirectional(),
              "residual", layer.residual(),
              "units", Integer.signum(layer.units() - TILE),
              "dropout", drops ? model.dropoutMask() : "none",
              "recurrent dropout", layer.recurrentDropout() > 0,
              "topology", model.topology(),
              "reads", l == 0 ? input : "a layer",
              "read by", l + 1 == layers.size() ? top : "a layer"));
    }
  }

  /** The view of a layer that stands by itself, with these kernels. */
  public static List<Map<String, Object>> of(LayerConfig layer, String kernels) {
    return List.of(
        view(
            "cell", cell(layer),
            "normalization", layer.normalization(),
            "bidirectional", layer.bidirectional(),
            "kernels", kernels));
  }

  /** A cell with the options of its own. */
  private static String cell(LayerConfig layer) {
    return switch (layer.cell()) {
      case RNN -> "rnn " + layer.activation();
      case GRU -> "gru reset " + layer.reset();
      case LSTM -> "lstm " + layer.gatesRead() + " " + layer.outputActivation();
    };
  }

  /** As {@link #cell}, with its normalisation if it has one. */
  public static String title(LayerConfig layer) {
    return layer.normalization() == Normalization.NONE
        ? cell(layer)
        : cell(layer) + " " + layer.normalization() + " norm";
  }
}
