package org.unroll.nn.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.unroll.config.ModelConfig;
import org.unroll.data.InputShape;
import org.unroll.nn.Pass;
import org.unroll.tensor.Initializer;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * The first layer on several fields: {@code x⟨t⟩ = [E₁[v₁], E₂[v₂], …, c, f]}, the embeddings of
 * all symbols of a step, one below the other, below them what the characters of its word say, and
 * its real values f.
 */
public final class Concatenation implements Layer {
  private final List<Embedding> embeddings = new ArrayList<>();
  private final CharacterEncoder encoder;
  private final int features;
  private final int rows;
  private final Steps output = new Steps();

  /**
   * The input of a network.
   *
   * @param input the fields
   * @param config embedding of the job's {@code data.input}, layers over characters
   * @param start how an embedding of so many numbers per symbol starts
   */
  public Concatenation(InputShape input, ModelConfig config, IntFunction<Initializer> start) {
    features = input.features();
    int width = features;
    for (int f = 0; f < input.fields().size(); f++) {
      InputShape.Symbols field = input.fields().get(f);
      int size = field.name().isEmpty() ? config.embedding() : field.embedding();
      if (size < 1) {
        throw new IllegalArgumentException(
            "symbols beside other fields must have an embedding of at least 1, got " + size);
      }
      embeddings.add(Embedding.ofField(field.name(), f, field.size(), size, start.apply(size)));
      width += size;
    }
    boolean encoded = input.characters() > 0;
    if (encoded != config.characters().isUsed()) {
      throw new IllegalArgumentException(
          "characters are read where model.characters has layers, got "
              + input.characters()
              + " characters and "
              + config.characters().layers().size()
              + " layers");
    }
    encoder = encoded ? new CharacterEncoder(config, input.characters(), start) : null;
    rows = width + (encoded ? encoder.outputRows() : 0);
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> specs = new ArrayList<>();
    embeddings.forEach(each -> specs.addAll(each.parameters()));
    if (encoder != null) {
      specs.addAll(encoder.parameters());
    }
    return specs;
  }

  @Override
  public void bind(Kernels kernels, Parameters values, Parameters gradient) {
    embeddings.forEach(each -> each.bind(kernels, values, gradient));
    if (encoder != null) {
      encoder.bind(kernels, values, gradient);
    }
  }

  @Override
  public int outputRows() {
    return rows;
  }

  @Override
  public Steps forward(Pass pass, Steps input) {
    Timeline timeline = pass.block().timeline();
    output.reshape(timeline, rows);
    int row = 0;
    for (Embedding embedding : embeddings) {
      embedding.gather(pass, output, row);
      row += embedding.outputRows();
    }
    if (encoder != null) {
      encoder.forward(pass, output, row);
      row += encoder.outputRows();
    }
    Steps frames = pass.block().frames();
    int length = features * timeline.lanes();
    for (int t = 0; t < timeline.steps() && features > 0; t++) {
      int to = output.offset(t) + row * timeline.lanes();
      System.arraycopy(frames.data(), frames.offset(t), output.data(), to, length);
    }
    return output;
  }

  @Override
  public Steps backward(Pass pass, Steps outputGradient) {
    int row = 0;
    for (Embedding embedding : embeddings) {
      embedding.scatterAdd(pass, outputGradient, row);
      row += embedding.outputRows();
    }
    if (encoder != null) {
      encoder.backward(outputGradient, row);
    }
    return null;
  }
}
