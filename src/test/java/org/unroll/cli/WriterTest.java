package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.data.InputCoding;
import org.unroll.data.TargetCoding;
import org.unroll.data.Vocabulary;
import org.unroll.nn.Network;
import org.unroll.nn.Sampling;
import org.unroll.nn.head.SoftmaxSpec;
import org.unroll.store.Model;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Parameters;

class WriterTest {
  private static final EjmlKernels KERNELS = new EjmlKernels();

  /** A language model of words, to which the special symbols are by far the likeliest. */
  private static Model model(String format, String... words) {
    Job job =
        JobReader.read(
            "data { format = "
                + format
                + ", train = a, input.tokens = words }, training.epochs = 1, model { topology ="
                + " many-to-many, layers = [ { cell = rnn, units = 3 } ] }",
            "test.conf",
            List.of());
    Vocabulary.Kind kind =
        format.equals("stream") ? Vocabulary.Kind.SYMBOLS : Vocabulary.Kind.FRAMED;
    List<String> tokens = new ArrayList<>(kind.specials());
    tokens.addAll(Arrays.asList(words));
    Vocabulary vocabulary = Vocabulary.of(kind, tokens);
    InputCoding inputs = InputCoding.of(vocabulary);
    Network network =
        new Network(
            job.model(), inputs.shape(job.data()), SoftmaxSpec.of(vocabulary.size()), KERNELS);
    Parameters parameters = Parameters.initial(network.parameters(), 1);
    for (int special = 0; special < kind.specials().size(); special++) {
      parameters.get("output.bias").data[special] = special == vocabulary.end() ? 0 : 20;
    }
    return new Model(job, inputs, TargetCoding.of(vocabulary), parameters, Map.of());
  }

  private static Set<String> words(Model model, double temperature) {
    Set<String> words = new HashSet<>();
    for (String text : new Writer(model, KERNELS).write("", 40, 10, new Sampling(temperature, 3))) {
      words.addAll(Arrays.asList(text.split(" ")));
    }
    words.remove("");
    return words;
  }

  @Test
  void specialSymbolsAreNeverWritten() {
    for (double temperature : new double[] {0, 0.5, 1, 5}) {
      Set<String> framed = words(model("lines", "a", "b", "<b>"), temperature);
      assertTrue(Set.of("a", "b", "<b>").containsAll(framed), framed.toString());
      Set<String> stream = words(model("stream", "a", "b"), temperature);
      assertTrue(Set.of("a", "b").containsAll(stream), stream.toString());
    }
    // A token that looks like one is text.
    assertEquals(Set.of("a", "<s>"), words(model("lines", "a", "<s>"), 1));
  }

  @Test
  void whatThePromptHasThatTheModelDoesNotKnow() {
    Writer writer = new Writer(model("lines", "a", "<unk>"), KERNELS);
    assertEquals(List.of("x", "<s>", "x"), writer.unknown("a x <unk> <s> x"));
    assertEquals(5, writer.symbols("a x <unk> <s> x"));
    assertEquals(List.of(), writer.unknown(""));
    assertTrue(writer.write("x a", 1, 1, new Sampling(0, 1)).get(0).startsWith("x a"));
  }

  @Test
  void aModelWithoutSymbolsCannotWrite() {
    Writer writer = new Writer(model("lines"), KERNELS);
    String message =
        assertThrows(UsageException.class, () -> writer.write("", 1, 1, new Sampling(1, 1)))
            .getMessage();
    assertTrue(message.contains("special symbols only, [<unk>, <s>, </s>]"), message);
  }
}
