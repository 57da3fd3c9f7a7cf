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

  /** Labels and steps of three numbers; the label says which of the first two is larger. */
  String numbers(String name, int rows, int seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      int sign = random.nextBoolean() ? 1 : -1;
      text.append(sign > 0 ? "up" : "down").append('\t');
      for (int t = 1 + random.nextInt(7); t > 0; t--) {
        // Far from 0 and of different sizes: only standardised values are learned soon.
        text.append(500 + random.nextGaussian() + sign).append(' ');
        text.append(-80_000 + 100 * (random.nextGaussian() - sign)).append(' ');
        text.append("7.5 ");
      }
      text.append('\n');
    }
    return write(name, text.toString());
  }

  /** Lines of JSON: steps of two numbers, their mean and their range; some are missing. */
  String amounts(String name, int rows, int seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      StringBuilder steps = new StringBuilder();
      double sum = 0;
      double last = 0;
      int length = 2 + random.nextInt(6);
      for (int t = 0; t < length; t++) {
        last = random.nextGaussian();
        sum += last;
        steps.append(steps.length() == 0 ? "" : ", ");
        steps.append('[').append(1000 + last).append(", ").append(random.nextDouble()).append(']');
      }
      String mean = i % 7 == 3 ? "null" : Double.toString(2e6 + 1000 * sum / length);
      text.append("{\"x\": [").append(steps).append("], \"y\": ");
      text.append(i % 11 == 5 ? "null" : "[" + mean + ", " + last / 100 + "]").append("}\n");
    }
    return write(name, text.toString());
  }

  /** A job on {@link #amounts}: two real values per row. */
  String regression(String train, String valid) throws IOException {
    return write(
        "regression.conf",
        """
        data {
          format = json, train = "%s", valid = "%s"
          input { column = x, tokens = features, width = 2 }, target { column = y, width = 2 }
        }
        model {
          topology = many-to-one, output = linear
          layers = [ { cell = gru, units = 9, dropout = 0.1, bidirectional = true } ]
        }
        training {
          epochs = 3, batch-size = 64, block-size = 8, seed = 3, clip-norm = 1
          optimizer { kind = adam, learning-rate = 0.02 }
        }
        sync.shards = 11
        """
            .formatted(train, valid));
  }

  /** Lines of JSON: words, their kind, two numbers for each, and a tag that needs all of them. */
  String lines(String name, int rows, int seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      StringBuilder words = new StringBuilder();
      StringBuilder kinds = new StringBuilder();
      StringBuilder numbers = new StringBuilder();
      StringBuilder tags = new StringBuilder();
      for (int t = random.nextInt(6); t >= 0; t--) {
        int word = random.nextInt(SYLLABLES.length);
        int kind = random.nextInt(2);
        int high = random.nextInt(2);
        words.append(SYLLABLES[word]).append(' ');
        kinds.append(kind == 0 ? "noun " : "verb ");
        numbers.append(numbers.length() == 0 ? "" : ", ");
        numbers.append("[").append(high * 40 + random.nextGaussian()).append(", 1e-3]");
        tags.append((word + kind + high) % 2 == 0 ? "even " : "odd ");
      }
      text.append("{\"words\": \"").append(words).append("\", \"kinds\": \"").append(kinds);
      text.append("\", \"note\": {\"n\": [").append(i).append("]}, \"pitch\": [");
      text.append(numbers).append("], \"tags\": \"").append(tags).append("\"}\n");
    }
    return write(name, text.toString());
  }

  /** A job on {@link #numbers}: a label per sequence of real values. */
  String features(String train, String valid) throws IOException {
    return write(
        "features.conf",
        """
        data {
          format = delimited, train = "%s", valid = "%s"
          input { column = 1, tokens = features, width = 3 }, target.column = 0
        }
        model {
          topology = many-to-one
          layers = [ { cell = gru, units = 9, dropout = 0.1, bidirectional = true } ]
        }
        training {
          epochs = 3, batch-size = 64, block-size = 8, seed = 3, clip-norm = 1
          optimizer { kind = adam, learning-rate = 0.02 }
        }
        sync.shards = 11
        """
            .formatted(train, valid));
  }

  /** A job on {@link #table}, batch normalised in both directions. */
  String batchNormalized(String train, String valid) throws IOException {
    return write(
        "batch.conf",
        """
        data {
          format = delimited, train = "%s", valid = "%s"
          input { column = 1, tokens = characters }, target.column = 0
        }
        model {
          topology = many-to-one, embedding = 6
          layers = [
            { cell = gru, units = 9, normalization = batch, bidirectional = true, dropout = 0.2 }
            { cell = lstm, units = 8, normalization = batch }
          ]
        }
        training {
          epochs = 3, batch-size = 64, block-size = 8, seed = 3, clip-norm = 1
          optimizer { kind = adam, learning-rate = 0.02, schedule = cosine }
        }
        sync.shards = 11
        """
            .formatted(train, valid));
  }

  /** A job on {@link #lines(String, int, int)}: a tag per step from three fields. */
  String fields(String train, String valid) throws IOException {
    return write(
        "fields.conf",
        """
        data {
          format = json, train = "%s", valid = "%s"
          input { column = words, tokens = words }, target.column = tags
          fields = [
            { name = kind, column = kinds, embedding = 3 }
            { name = pitch, column = pitch, tokens = features, width = 2 }
          ]
        }
        model {
          topology = many-to-many, embedding = 5, embedding-dropout = 0.1
          layers = [ { cell = lstm, units = 12 } ]
        }
        training {
          epochs = 3, batch-size = 64, block-size = 8, seed = 3, clip-norm = 1
          optimizer { kind = adam, learning-rate = 0.03 }
        }
        sync.shards = 11
        """
            .formatted(train, valid));
  }

  /** Words that hardly occur twice, and a tag for each that its last letter tells. */
  String endings(String name, int rows, int seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      StringBuilder tags = new StringBuilder();
      for (int w = random.nextInt(5); w >= 0; w--) {
        int ending = random.nextInt(3);
        for (int letters = 2 + random.nextInt(8); letters > 0; letters--) {
          text.append((char) ('a' + random.nextInt(20)));
        }
        text.append("xyz".charAt(ending)).append(' ');
        tags.append("ABC".charAt(ending)).append(' ');
      }
      text.append('\t').append(tags).append('\n');
    }
    return write(name, text.toString());
  }

  /** A job on {@link #endings}: tags of words that are read by their characters. */
  String characters(String train, String valid) throws IOException {
    return write(
        "characters.conf",
        """
        data {
          format = delimited, train = "%s", valid = "%s"
          input { column = 0, tokens = words }, target.column = 1, vocabulary.min-count = 2
        }
        model {
          topology = many-to-many, embedding = 4
          characters {
            embedding = 6, layers = [ { cell = gru, units = 8, bidirectional = true, dropout = 0.1 } ]
          }
          layers = [ { cell = lstm, units = 10 } ]
        }
        training {
          epochs = 8, batch-size = 32, block-size = 8, seed = 3, clip-norm = 1
          optimizer { kind = adam, learning-rate = 0.02 }
        }
        sync.shards = 11
        """
            .formatted(train, valid));
  }

  /** The same, with tags that fit together. */
  String tagged(String train, String valid) throws IOException {
    String job = Files.readString(Path.of(characters(train, valid)));
    return write("tagged.conf", job.replace("embedding = 4", "embedding = 4, output = crf"));
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
