package org.unroll.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.unroll.config.DataConfig;
import org.unroll.data.InputShape;
import org.unroll.data.Tokenizer;
import org.unroll.data.Vocabulary;
import org.unroll.nn.Network;
import org.unroll.nn.Sampler;
import org.unroll.store.Model;
import org.unroll.tensor.Kernels;
import org.unroll.text.Counts;

/** Text from a language model: prompt to symbols, symbols to text. */
final class Writer {
  private final Model model;
  private final Tokenizer tokenizer;
  private final Kernels kernels;

  /**
   * A writer.
   *
   * @param kernels what to compute with
   * @throws UsageException if the model is not one of language
   */
  Writer(Model model, Kernels kernels) {
    if (!model.isLanguageModel()) {
      throw new UsageException(
          "only a language model can generate; this one predicts "
              + Counts.of(model.targets().size(), "label")
              + "; measure it with `unroll evaluate`");
    }
    this.model = model;
    this.kernels = kernels;
    tokenizer =
        Tokenizer.of(model.job().data().input().tokens(), model.job().data().input().lowercase());
  }

  /** Texts that begin with {@code prompt}. */
  List<String> write(String prompt, int texts, int length, double temperature, long seed) {
    Vocabulary vocabulary = model.inputs().first();
    List<String> before = tokenizer.tokens(prompt);
    boolean stream = model.job().data().format() == DataConfig.Format.STREAM;
    List<Integer> start = new ArrayList<>();
    if (!stream) {
      start.add(vocabulary.begin());
    }
    before.forEach(token -> start.add(vocabulary.index(token)));
    if (start.isEmpty()) {
      // A stream has no beginning: the most frequent symbol stands for one.
      start.add(vocabulary.index(stream ? "\n" : vocabulary.token(0)));
    }
    Network network =
        new Network(
            model.job().model(),
            InputShape.ofSymbols(vocabulary.size()),
            vocabulary.size(),
            kernels);
    network.bind(model.parameters());
    Sampler sampler =
        new Sampler(
            network, stream ? -1 : vocabulary.end(), vocabulary.unknown(), temperature, seed);
    List<String> result = new ArrayList<>();
    for (int[] written :
        sampler.write(start.stream().mapToInt(Integer::intValue).toArray(), texts, length)) {
      List<String> tokens = new ArrayList<>(before);
      Arrays.stream(written).mapToObj(vocabulary::token).forEach(tokens::add);
      result.add(tokenizer.join(tokens));
    }
    return result;
  }
}
