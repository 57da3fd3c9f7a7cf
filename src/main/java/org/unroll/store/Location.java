package org.unroll.store;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.unroll.config.Problem;

/** Paths as users write them. */
public final class Location {
  /** What Java reads and writes names of files and arguments in. It cannot be changed. */
  public static final String ENCODING = System.getProperty("sun.jnu.encoding", "UTF-8");

  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:/");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_]\\w*)}?");

  private Location() {}

  /** Whether names of files can have no letters but those of ASCII. */
  public static boolean isAscii() {
    return ENCODING.equals("ANSI_X3.4-1968") || ENCODING.equals("US-ASCII");
  }

  /**
   * The path that a text names. Only a colon with a slash behind it ends a scheme: {@code
   * 12:30.txt} is a file.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Path path(String text) {
    return SCHEME.matcher(text).lookingAt() ? new Path(text) : new Path(null, null, text);
  }

  /** Whether a text holds what a shell would have replaced. A file may have such a name. */
  public static boolean isForShell(String text) {
    return text.startsWith("~") || VARIABLE.matcher(text).find();
  }

  /**
   * What is wrong with a text that {@link #isForShell}.
   *
   * @param place where it stands, or the empty string
   */
  public static Problem problem(String text, String place) {
    return new Problem(
        "a path must be written out: only a shell replaces ~ and $NAME, and only outside of quotes",
        text,
        place,
        fix(text));
  }

  private static String fix(String text) {
    String expanded = text;
    if (text.equals("~") || text.startsWith("~/")) {
      expanded = System.getProperty("user.home") + text.substring(1);
    }
    StringBuilder whole = new StringBuilder();
    Matcher variables = VARIABLE.matcher(expanded);
    while (variables.find()) {
      String value = System.getenv(variables.group(1));
      String known = value == null ? variables.group() : value;
      variables.appendReplacement(whole, Matcher.quoteReplacement(known));
    }
    variables.appendTail(whole);
    return isForShell(whole.toString()) ? "write the whole path" : "write " + whole;
  }
}
