package org.unroll.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.unroll.config.Problem;
import org.unroll.data.Text;
import org.unroll.store.Location;

/**
 * Letters other than those of ASCII, in a locale that knows only these, as many containers have.
 */
final class Encoding {
  private Encoding() {}

  /** What is printed is UTF-8 where it would be question marks. */
  static void avoidAscii() {
    if (Location.isAscii()) {
      System.setOut(utf8(FileDescriptor.out));
      System.setErr(utf8(FileDescriptor.err));
    }
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** The encoding of what is printed. */
  static Charset ofOutput() {
    return Location.isAscii() ? StandardCharsets.UTF_8 : Charset.defaultCharset();
  }

  /**
   * The first argument that is no text, or that Java could not read.
   *
   * @param encoding that Java reads arguments with
   */
  static Optional<Problem> unreadable(String[] arguments, String encoding) {
    for (String argument : arguments) {
      String whole = Text.whole(argument);
      if (!whole.equals(argument)) {
        return Optional.of(
            new Problem(
                "arguments must consist of whole characters",
                "half a surrogate pair in " + whole,
                "",
                "write both halves of the character"));
      }
    }
    return Arrays.stream(arguments)
        .filter(argument -> argument.indexOf('\uFFFD') >= 0 && !encoding.equals("UTF-8"))
        .findFirst()
        .map(
            argument ->
                new Problem(
                    "arguments must be text in the encoding of this process, " + encoding,
                    argument,
                    "",
                    "start with LC_ALL=C.UTF-8"));
  }
}
