package org.unroll.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Job files and data that are learned in a second or two, written into a directory. */
final class SmallJobs {
  private static final String[] SYLLABLES = {"ka", "to", "ri", "sen", "ov", "ić", "ß", "mac"};

  private final Path directory;

  SmallJobs(Path directory) {
    this.directory = directory;
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  private String write(String name, String text) throws IOException {
    Files.createDirectories(path(name).getParent());
    return Files.writeString(path(name), text).toString();
  }

  /** The same content, compressed. */
  String gzip(String from, String to) throws IOException {
    Files.createDirectories(path(to).getParent());
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(path(to)))) {
      Files.copy(path(from), out);
    }
    return path(to).toString();
  }

  /** Labels and words: what a word ends with says most about its label. */
  String table(String name, int rows, int seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      int last = random.nextInt(SYLLABLES.length);
      StringBuilder word = new StringBuilder();
      for (int s = random.nextInt(4); s > 0; s--) {
        word.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
      }
      String label = new String[] {"north", "south", "west"}[last % 3];
      text.append(label).append('\t').append(word).append(SYLLABLES[last]).append('\n');
    }
    return write(name, text.toString());
  }

  /** Lines of words, some of them empty. */
  String text(String name, int lines, int seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      for (int w = random.nextInt(6); w > 0; w--) {
        text.append(SYLLABLES[random.nextInt(SYLLABLES.length)])
            .append(SYLLABLES[random.nextInt(SYLLABLES.length)])
            .append(' ');
      }
      text.append('\n');
    }
    return write(name, text.toString());
  }

  /** A job on {@link #table}: a label per word, with dropout everywhere. */
  String labels(String train, String valid) throws IOException {
    return write(
        "labels.conf",
        """
        data {
          format = delimited, train = "%s", valid = "%s"
          input { column = 1, tokens = characters }, target.column = 0
        }
        model {
          topology = many-to-one, embedding = 6, embedding-dropout = 0.1
          layers = [ { cell = gru, units = 9, dropout = 0.3 }, { cell = lstm, units = 8 } ]
        }
        training {
          epochs = 2, batch-size = 64, block-size = 8, seed = 3, clip-norm = 1
          optimizer { kind = adam, learning-rate = 0.02, schedule = cosine }
        }
        sync.shards = 11
        """
            .formatted(train, valid));
  }

  /** A job on {@link #text}: the text as a stream, its end kept apart. */
  String stream(String train) throws IOException {
    return write(
        "stream.conf",
        """
        data { format = stream, train = "%s", valid = "tail:0.2", piece = 24 }
        model {
          topology = many-to-many
          layers = [ { cell = lstm, units = 12, dropout = 0.2 } ]
        }
        training {
          epochs = 2, batch-size = 64, block-size = 8, seed = 4, truncate = 10, clip-value = 0.1
          optimizer { kind = sgd, learning-rate = 0.5, momentum = 0.9 }
        }
        sync.shards = 9
        output.samples = 2
        """
            .formatted(train));
  }

  /** A job on {@link #text}: each line a sequence. */
  String lines(String train) throws IOException {
    return write(
        "lines.conf",
        """
        data { format = lines, train = "%s", valid = 0.2 }
        model { topology = many-to-many, embedding = 4, layers = [ { cell = rnn, units = 10 } ] }
        training { epochs = 1, batch-size = 32, block-size = 8 }
        """
            .formatted(train));
  }

  /** A job file of any content. */
  String job(String name, String content) throws IOException {
    return write(name, content);
  }

  static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
