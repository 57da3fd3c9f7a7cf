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
import org.unroll.nn.Sampling;
import org.unroll.store.Model;
import org.unroll.task.Tasks;
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

  /** The symbols of a prompt that the model does not know, in their order. */
  List<String> unknown(String prompt) {
    Vocabulary vocabulary = model.inputs().first();
    return tokenizer.tokens(prompt).stream().filter(token -> vocabulary.find(token) < 0).toList();
  }

  /** Number of symbols of a prompt. */
  int symbols(String prompt) {
    return tokenizer.tokens(prompt).size();
  }

  /** Texts that begin with {@code prompt}. Special symbols are never written. */
  List<String> write(String prompt, int texts, int length, Sampling sampling) {
    Vocabulary vocabulary = model.inputs().first();
    int specials = vocabulary.kind().specials().size();
    if (vocabulary.size() == specials) {
      throw new UsageException(
          "the model cannot generate: its vocabulary has special symbols only, "
              + vocabulary.tokens());
    }
    List<String> before = tokenizer.tokens(prompt);
    boolean stream = model.job().data().format() == DataConfig.Format.STREAM;
    List<Integer> start = new ArrayList<>();
    if (!stream) {
      start.add(vocabulary.begin());
    }
    before.forEach(token -> start.add(vocabulary.index(token)));
    if (start.isEmpty()) {
      // A stream has no beginning: a new line stands for one, or the most frequent symbol.
      start.add(Math.max(vocabulary.find("\n"), specials));
    }
    Network network =
        new Network(
            model.job().model(),
            InputShape.ofSymbols(vocabulary.size()),
            Tasks.output(model.job(), model.targets()),
            kernels);
    network.bind(model.parameters());
    Sampler sampler =
        new Sampler(
            network,
            vocabulary.end(),
            symbol -> vocabulary.isSpecial(symbol) && symbol != vocabulary.end(),
            sampling);
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
