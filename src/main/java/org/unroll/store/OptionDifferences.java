package org.unroll.store;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.unroll.config.DenseConfig;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;

/**
 * What two networks compute differently with parameters of the same name and shape: a GRU that
 * resets before the recurrent product has the weights of one that resets after it, but they mean
 * something else.
 */
final class OptionDifferences {
  private static final Pattern LAYER =
      Pattern.compile("(characters\\.layers|layers|dense)\\.(\\d{1,9})\\..*");

  private static final Option<LayerConfig> CELL = new Option<>("cell", LayerConfig::cell);

  /** Options of a cell that change what its weights mean. */
  private static final List<Option<LayerConfig>> OF_CELLS =
      List.of(
          new Option<>("reset", LayerConfig::reset),
          new Option<>("activation", LayerConfig::activation),
          new Option<>("gates-read", LayerConfig::gatesRead),
          new Option<>("output-activation", LayerConfig::outputActivation),
          new Option<>("normalization", LayerConfig::normalization),
          new Option<>("residual", LayerConfig::residual));

  private static final List<Option<DenseConfig>> OF_DENSE =
      List.of(new Option<>("activation", DenseConfig::activation));

  private record Option<T>(String key, Function<T, Object> value) {
    boolean differs(T from, T to) {
      return !value.apply(from).equals(value.apply(to));
    }

    String describe(T from, T to) {
      return key + " = " + text(from) + " (here " + text(to) + ")";
    }

    private String text(T of) {
      return value.apply(of).toString().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private OptionDifferences() {}

  /**
   * The options that differ between the layers of a parameter.
   *
   * @param name of the parameter
   * @return such as {@code reset = after (here before)}; empty if there are none
   */
  static String of(String name, ModelConfig from, ModelConfig to) {
    Matcher layer = LAYER.matcher(name);
    if (!layer.matches()) {
      return "";
    }
    int number = Integer.parseInt(layer.group(2));
    return switch (layer.group(1)) {
      case "dense" -> between(OF_DENSE, from.dense(), to.dense(), number);
      case "layers" -> cells(from.layers(), to.layers(), number);
      default -> cells(from.characters().layers(), to.characters().layers(), number);
    };
  }

  private static String cells(List<LayerConfig> from, List<LayerConfig> to, int number) {
    // Other cells have other options, of which nothing is to be said.
    String cell = between(List.of(CELL), from, to, number);
    return cell.isEmpty() ? between(OF_CELLS, from, to, number) : cell;
  }

  private static <T> String between(List<Option<T>> options, List<T> from, List<T> to, int number) {
    if (number >= from.size() || number >= to.size()) {
      return "";
    }
    return options.stream()
        .filter(option -> option.differs(from.get(number), to.get(number)))
        .map(option -> option.describe(from.get(number), to.get(number)))
        .collect(Collectors.joining(", "));
  }
}
