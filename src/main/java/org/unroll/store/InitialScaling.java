package org.unroll.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ejml.data.FMatrixRMaj;
import org.unroll.config.CharactersConfig;
import org.unroll.config.DataConfig;
import org.unroll.config.DataConfig.Field;
import org.unroll.config.DataConfig.Tokens;
import org.unroll.config.Job;
import org.unroll.config.LayerConfig;
import org.unroll.data.Columns;
import org.unroll.data.FeatureScaler;
import org.unroll.data.InputCoding;
import org.unroll.nn.cell.Cells;
import org.unroll.text.Counts;

/**
 * The scaling of features where training starts from another model: weights mean something only
 * with the scaling they were trained on, so it is taken over with the layer that reads it.
 */
public final class InitialScaling {
  /** What reads features: the first layer, in either direction. */
  private static final String READER = "layers.0.weight_ih";

  private final Model from;
  private final Job to;
  private final boolean readerIsTaken;

  private InitialScaling(Model from, Job to) {
    this.from = from;
    this.to = to;
    readerIsTaken = isReaderTaken();
  }

  /** As {@link WarmStart} decides of every parameter: by its name and shape. */
  private boolean isReaderTaken() {
    if (!from.parameters().names().contains(READER)) {
      return false;
    }
    LayerConfig layer = to.model().layers().get(0);
    FMatrixRMaj there = from.parameters().get(READER);
    return there.numRows == (long) Cells.gates(layer) * layer.units()
        && there.numCols == offset(to, to.data().inputs().size());
  }

  /**
   * The scaling that is taken over.
   *
   * @param from the trained model
   * @param to the job to be trained
   * @return of each input it is taken over for, by the input's key
   */
  public static Map<String, FeatureScaler> taken(Model from, Job to) {
    Map<String, FeatureScaler> taken = new LinkedHashMap<>();
    InitialScaling scaling = new InitialScaling(from, to);
    for (int input = 0; input < to.data().inputs().size(); input++) {
      if (isFeatures(to, input) && scaling.reason(input).isEmpty()) {
        taken.put(Columns.key(input), scaling.there(input));
      }
    }
    return taken;
  }

  /** What became of the scaling of each input of features, for people. */
  static List<WarmStart.Entry> entries(Model from, Job to) {
    List<WarmStart.Entry> entries = new ArrayList<>();
    for (int input = 0; input < to.data().inputs().size(); input++) {
      if (isFeatures(to, input)) {
        InitialScaling scaling = new InitialScaling(from, to);
        String reason = scaling.reason(input);
        boolean taken = reason.isEmpty();
        entries.add(
            new WarmStart.Entry(
                "scaling of " + Columns.key(input),
                taken,
                taken ? "taken" + constant(scaling.there(input)) : reason));
      }
    }
    return entries;
  }

  private static boolean isFeatures(Job job, int input) {
    return job.data().inputs().get(input).tokens() == Tokens.FEATURES;
  }

  private static String constant(FeatureScaler scaler) {
    int constant = 0;
    for (int i = 0; i < scaler.features(); i++) {
      constant += scaler.deviation(i) == 0 ? 1 : 0;
    }
    return constant == 0
        ? ""
        : "; "
            + Counts.of(constant, "feature")
            + " never changed there and "
            + Counts.verb(constant, "is", "are")
            + " 0 here, too";
  }

  /** Why the scaling of an input is not taken over; empty if it is. */
  private String reason(int input) {
    Field here = to.data().inputs().get(input);
    int place = find(here.name());
    String own = here.standardize() ? ": measured anew" : ": read as they are";
    if (place < 0) {
      return "not in the other model" + own;
    }
    Field there = from.job().data().inputs().get(place);
    if (here.width() != there.width()) {
      return Counts.of(here.width(), "feature")
          + " here, "
          + there.width()
          + " in the other model"
          + own;
    }
    if (here.standardize() != there.standardize()) {
      return "standardize = "
          + here.standardize()
          + " here, "
          + there.standardize()
          + " in the other model"
          + own
          + (readerIsTaken ? ", which is not what layers.0 has learned" : "");
    }
    if (!readerIsTaken) {
      return "layers.0 starts afresh" + own;
    }
    return offset(to, input) == offset(from.job(), place)
        ? ""
        : "behind other inputs in the other model" + own;
  }

  /** The number of an input of features in the other model, -1 if it has none of that name. */
  private int find(String name) {
    List<Field> inputs = from.job().data().inputs();
    for (int input = 0; input < inputs.size(); input++) {
      if (inputs.get(input).name().equals(name) && isFeatures(from.job(), input)) {
        return input;
      }
    }
    return -1;
  }

  private FeatureScaler there(int input) {
    Field here = to.data().inputs().get(input);
    int place = find(here.name());
    int first = from.job().data().inputs().subList(0, place).stream().mapToInt(Field::width).sum();
    return from.inputs().scaler().part(first, here.width());
  }

  /**
   * Where the features of an input begin in what the first layer reads; behind the last input, how
   * much that is.
   */
  private static int offset(Job job, int input) {
    DataConfig data = job.data();
    int offset = 0;
    for (Field field : InputCoding.symbols(data)) {
      offset += field.name().isEmpty() ? job.model().embedding() : field.embedding();
    }
    CharactersConfig characters = job.model().characters();
    if (characters.isUsed()) {
      LayerConfig top = characters.layers().get(characters.layers().size() - 1);
      offset += top.bidirectional() ? 2 * top.units() : top.units();
    }
    return offset + data.inputs().subList(0, input).stream().mapToInt(Field::width).sum();
  }
}
