package org.unroll.cli;

import java.util.Iterator;
import java.util.Locale;
import java.util.stream.Stream;
import org.unroll.config.ModelConfig.Output;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The values of {@code model.output} as those of an option. */
final class OutputKind implements ITypeConverter<Output>, Iterable<String> {
  @Override
  public Output convert(String text) {
    return Stream.of(Output.values())
        .filter(kind -> text(kind).equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "expected one of " + String.join(", ", this) + " but was '" + text + "'"));
  }

  @Override
  public Iterator<String> iterator() {
    return Stream.of(Output.values()).map(OutputKind::text).iterator();
  }

  private static String text(Output kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
