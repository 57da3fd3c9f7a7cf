package org.unroll.nn.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.unroll.batch.Block;
import org.unroll.config.CharactersConfig;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.nn.Pass;
import org.unroll.tensor.Initializer;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * The character encoder (Lample 2016): a recurrent network over the characters of each word, {@code
 * c⟨t⟩ = [a_fwd⟨last⟩, a_bwd⟨first⟩]}. All words of a block are sorted by falling length and cut
 * into blocks of their own, whose lanes are words: a long word costs only those that stand beside
 * it.
 */
final class CharacterEncoder {
  /** Words computed side by side. */
  private static final int GROUP = 256;

  /** Tells the dropout masks within words from those of the network. */
  private static final int NUMBER = 1 << 16;

  private final ModelConfig model;
  private final CharactersConfig config;
  private final int characters;
  private final IntFunction<Initializer> embeddingStart;
  private final List<Group> groups = new ArrayList<>();
  private Kernels kernels;
  private Parameters values;
  private Parameters gradient;
  private int[] cells = new int[0];
  private int[] sorted = new int[0];
  private int[] starts = new int[0];
  private int used;

  /**
   * A character encoder.
   *
   * @param characters size of their vocabulary
   * @param embeddingStart how an embedding of so many numbers per character starts
   */
  CharacterEncoder(ModelConfig model, int characters, IntFunction<Initializer> embeddingStart) {
    this.model = model;
    config = model.characters();
    this.characters = characters;
    this.embeddingStart = embeddingStart;
    groups.add(new Group());
  }

  /** Layers over words that stand side by side, with room of their own until the way back. */
  private final class Group {
    private final List<Layer> layers = new ArrayList<>();
    private final Block block = new Block();
    private final Pass pass = new Pass();
    private final Steps outputGradient = new Steps();
    private Steps output;
    private int from;

    Group() {
      int width = config.embedding();
      layers.add(Embedding.ofCharacters(characters, width, embeddingStart.apply(width)));
      for (int i = 0; i < config.layers().size(); i++) {
        LayerConfig layer = config.layers().get(i);
        String prefix = "characters.layers." + i + ".";
        Layer recurrent =
            Recurrent.above(NUMBER + i, prefix, layer, width, true, model.initialization());
        Residual residual = layer.residual() ? new Residual(width, recurrent.outputRows()) : null;
        if (residual != null) {
          layers.add(residual.branch());
        }
        layers.add(recurrent);
        width = recurrent.outputRows();
        if (layer.dropout() > 0) {
          layers.add(new Dropout(NUMBER + i, width, layer.dropout(), model.dropoutMask()));
        }
        if (residual != null) {
          layers.add(residual.join());
        }
      }
      LayerConfig top = config.layers().get(config.layers().size() - 1);
      layers.add(new LastStep(width, top.units()));
    }

    int rows() {
      return layers.get(layers.size() - 1).outputRows();
    }

    void forward(Pass outer, int from, int size) {
      this.from = from;
      block.fillWords(outer.block(), sorted, from, size);
      outer.within(block, pass);
      output = null;
      for (int i = 0; i < layers.size(); i++) {
        output = layers.get(i).forward(pass, output);
      }
    }

    void backward() {
      Steps values = outputGradient;
      for (int i = layers.size() - 1; i >= 0; i--) {
        values = layers.get(i).backward(pass, values);
      }
    }
  }

  List<ParameterSpec> parameters() {
    return groups.get(0).layers.stream().flatMap(each -> each.parameters().stream()).toList();
  }

  void bind(Kernels kernels, Parameters values, Parameters gradient) {
    this.kernels = kernels;
    this.values = values;
    this.gradient = gradient;
    groups.forEach(this::bind);
  }

  private void bind(Group group) {
    group.layers.forEach(layer -> layer.bind(kernels, values, gradient));
  }

  int outputRows() {
    return groups.get(0).rows();
  }

  /** Writes the representation of each step's word into the rows from {@code firstRow} on. */
  void forward(Pass pass, Steps into, int firstRow) {
    int words = sort(pass.block());
    used = (words + GROUP - 1) / GROUP;
    while (groups.size() < used) {
      groups.add(new Group());
      bind(groups.get(groups.size() - 1));
    }
    Timeline timeline = into.timeline();
    int lanes = timeline.lanes();
    for (int t = 0; t < timeline.steps(); t++) {
      int row = into.offset(t) + firstRow * lanes;
      Arrays.fill(into.data(), row, row + outputRows() * lanes, 0f);
    }
    for (int g = 0; g < used; g++) {
      Group group = groups.get(g);
      group.forward(pass, g * GROUP, Math.min(GROUP, words - g * GROUP));
      move(group, group.output, into, firstRow, true);
    }
  }

  /** Adds to the gradients of the parameters what the rows from {@code firstRow} on have. */
  void backward(Steps intoGradient, int firstRow) {
    for (int g = 0; g < used; g++) {
      Group group = groups.get(g);
      group.outputGradient.reshape(group.output.timeline(), outputRows());
      group.outputGradient.clear();
      move(group, group.outputGradient, intoGradient, firstRow, false);
      group.backward();
    }
  }

  /** Copies between the lanes of a group and the places of its words, one way or the other. */
  private void move(Group group, Steps words, Steps steps, int firstRow, boolean toSteps) {
    int lanes = steps.timeline().lanes();
    int wordLanes = words.timeline().lanes();
    for (int word = 0; word < group.block.size(); word++) {
      int cell = sorted[group.from + word];
      int at = steps.offset(cell / lanes) + firstRow * lanes + cell % lanes;
      int own = words.offset(0) + word;
      for (int r = 0; r < words.rows(); r++, at += lanes, own += wordLanes) {
        if (toSteps) {
          steps.data()[at] = words.data()[own];
        } else {
          words.data()[own] = steps.data()[at];
        }
      }
    }
  }

  /** Places of all words by falling length, equal ones by step and lane; returns their number. */
  private int sort(Block block) {
    Timeline timeline = block.timeline();
    int count = Math.toIntExact(block.tokens());
    if (cells.length < count) {
      cells = new int[count + count / 2];
      sorted = new int[count + count / 2];
    }
    int words = 0;
    int longest = 0;
    for (int t = 0; t < timeline.steps(); t++) {
      for (int lane = 0; lane < timeline.active(t); lane++) {
        int cell = t * timeline.lanes() + lane;
        cells[words++] = cell;
        longest = Math.max(longest, block.wordLength(cell));
      }
    }
    if (starts.length < longest + 2) {
      starts = new int[longest + longest / 2 + 2];
    }
    // A counting sort: starts[l] is the place of the next word of l characters.
    Arrays.fill(starts, 0);
    for (int w = 0; w < words; w++) {
      starts[block.wordLength(cells[w])]++;
    }
    int place = 0;
    for (int length = longest; length > 0; length--) {
      int same = starts[length];
      starts[length] = place;
      place += same;
    }
    for (int w = 0; w < words; w++) {
      sorted[starts[block.wordLength(cells[w])]++] = cells[w];
    }
    return words;
  }
}
