package org.unroll.spark;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.unroll.data.Example;
import org.unroll.data.Targets;

/**
 * Sequences as bytes on their way through the shuffle: 8 bytes of identity, then lengths and
 * symbols in groups of seven bits, real values in four bytes. Small symbols are frequent ones, so
 * most take a byte or two.
 */
final class ExampleCodec {
  private static final VarHandle FLOATS =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int CLASSES = 0;
  private static final int LABELS = 1;
  private static final int REALS = 2;
  private static final int TEXT = 3;

  private ExampleCodec() {}

  /** A growing array of bytes. */
  static final class Writer {
    private byte[] bytes = new byte[64];
    private int size;

    int size() {
      return size;
    }

    byte[] toBytes() {
      return Arrays.copyOf(bytes, size);
    }

    void add(Example example) {
      long numbers =
          example.inputs().length
              + (long) example.targets().symbols().length
              + example.targets().ends().length
              + example.characters().length
              + example.wordEnds().length;
      long reals = example.features().length + (long) example.targets().values().length;
      long most = size + 64L + 5 * numbers + 4 * reals;
      if (most > bytes.length) {
        if (most > Integer.MAX_VALUE - 64) {
          throw new IllegalStateException(
              "sequences of " + example.steps() + " steps are too long to be moved");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 64, most * 3 / 2));
      }
      for (int shift = 56; shift >= 0; shift -= 8) {
        bytes[size++] = (byte) (example.id() >>> shift);
      }
      put(example.steps());
      put(example.inputs());
      put(example.features());
      put(example.characters());
      put(example.wordEnds());
      put(example.targets());
      FLOATS.set(bytes, size, example.weight());
      size += Float.BYTES;
    }

    private void put(Targets targets) {
      if (targets instanceof Targets.Classes classes) {
        put(CLASSES);
        put(classes.symbols());
      } else if (targets instanceof Targets.Labels labels) {
        put(LABELS);
        put(labels.symbols());
        put(labels.ends());
      } else if (targets instanceof Targets.Reals reals) {
        put(REALS);
        put(reals.size());
        put(reals.values());
      } else {
        put(TEXT);
        put(targets.symbols());
      }
    }

    private void put(float[] values) {
      put(values.length);
      for (float value : values) {
        FLOATS.set(bytes, size, value);
        size += Float.BYTES;
      }
    }

    private void put(int[] symbols) {
      put(symbols.length);
      for (int symbol : symbols) {
        put(symbol);
      }
    }

    private void put(int value) {
      int rest = value;
      while ((rest & ~0x7F) != 0) {
        bytes[size++] = (byte) (rest | 0x80);
        rest >>>= 7;
      }
      bytes[size++] = (byte) rest;
    }
  }

  /** Appends all sequences of these bytes to a list. */
  static void read(byte[] bytes, List<Example> to) {
    Reader reader = new Reader(bytes);
    while (reader.position < bytes.length) {
      long id = 0;
      for (int i = 0; i < 8; i++) {
        id = id << 8 | (bytes[reader.position++] & 0xFF);
      }
      to.add(
          new Example(
              id,
              reader.number(),
              reader.symbols(),
              reader.values(),
              reader.symbols(),
              reader.symbols(),
              reader.targets(),
              reader.value()));
    }
  }

  private static final class Reader {
    private final byte[] bytes;
    private int position;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    Targets targets() {
      return switch (number()) {
        case CLASSES -> new Targets.Classes(symbols());
        case LABELS -> new Targets.Labels(symbols(), symbols());
        case REALS -> new Targets.Reals(number(), values());
        case TEXT -> new Targets.Text(symbols());
        default -> throw new IllegalStateException("bytes of targets that nobody wrote");
      };
    }

    int[] symbols() {
      int[] symbols = new int[number()];
      for (int i = 0; i < symbols.length; i++) {
        symbols[i] = number();
      }
      return symbols;
    }

    float[] values() {
      float[] values = new float[number()];
      for (int i = 0; i < values.length; i++, position += Float.BYTES) {
        values[i] = (float) FLOATS.get(bytes, position);
      }
      return values;
    }

    float value() {
      float value = (float) FLOATS.get(bytes, position);
      position += Float.BYTES;
      return value;
    }

    int number() {
      int value = 0;
      int shift = 0;
      byte next = bytes[position++];
      while (next < 0) {
        value |= (next & 0x7F) << shift;
        shift += 7;
        next = bytes[position++];
      }
      return value | next << shift;
    }
  }
}
