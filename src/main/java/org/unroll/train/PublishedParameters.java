package org.unroll.train;

import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.unroll.tensor.Parameters;

/**
 * θ as it travels to the workers of a round: values only, in the network's order. A copy, because
 * workers in the driver's process see the very object, and the optimiser goes on changing θ.
 */
public final class PublishedParameters implements Externalizable {
  private static final long serialVersionUID = 1;

  /** Floats written at a time: an array of floats as an object is written number by number. */
  private static final int CHUNK = 16_384;

  private float[][] values;

  /** For reading only. */
  public PublishedParameters() {}

  /** The present values of parameters. */
  public PublishedParameters(Parameters parameters) {
    values = new float[parameters.count()][];
    for (int p = 0; p < values.length; p++) {
      values[p] = Arrays.copyOf(parameters.get(p).data, parameters.size(p));
    }
  }

  /** Row-major values of each parameter; shared, not to be modified. */
  float[][] values() {
    return values;
  }

  @Override
  public void writeExternal(ObjectOutput out) throws IOException {
    ByteBuffer bytes = buffer();
    out.writeInt(values.length);
    for (float[] value : values) {
      out.writeInt(value.length);
      for (int from = 0; from < value.length; from += CHUNK) {
        int n = Math.min(CHUNK, value.length - from);
        bytes.asFloatBuffer().put(value, from, n);
        out.write(bytes.array(), 0, n * Float.BYTES);
      }
    }
  }

  @Override
  public void readExternal(ObjectInput in) throws IOException {
    ByteBuffer bytes = buffer();
    values = new float[in.readInt()][];
    for (int p = 0; p < values.length; p++) {
      float[] value = new float[in.readInt()];
      for (int from = 0; from < value.length; from += CHUNK) {
        int n = Math.min(CHUNK, value.length - from);
        in.readFully(bytes.array(), 0, n * Float.BYTES);
        bytes.asFloatBuffer().get(value, from, n);
      }
      values[p] = value;
    }
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }
}
