package org.unroll.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.File;
import java.net.URL;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses HOCON without what makes a job depend on more than its own text: includes, substitutions
 * and environment variables.
 */
final class HoconText {
  private static final Pattern INCLUDE = Pattern.compile("(?m)^[\\s{,]*include\\b");

  private HoconText() {}

  /**
   * Parses an object.
   *
   * @param text HOCON
   * @param origin the file's name, for messages
   * @throws JobException if the text is not HOCON, nests too deeply, or reaches outside itself
   */
  static ConfigObject parse(String text, String origin) {
    List<Problem> problems = HoconScan.problems(text, origin);
    if (!problems.isEmpty()) {
      throw new JobException(problems);
    }
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setSyntax(ConfigSyntax.CONF)
            .setOriginDescription(origin)
            .setIncluder(new NoIncluder());
    try {
      Config config = ConfigFactory.parseString(text, options);
      return config.resolve().root();
    } catch (IncludeException e) {
      Matcher line = INCLUDE.matcher(text);
      String place = line.find() ? origin + ":" + lineAt(text, line.end()) : origin;
      throw new JobException(
          List.of(
              new Problem(
                  "a job file cannot include another",
                  "include " + JobText.quote(e.getMessage()),
                  place,
                  "copy its keys here, or quote the key if it is meant as one")));
    } catch (ConfigException e) {
      throw new JobException(List.of(syntaxProblem(e, origin)));
    }
  }

  private static Problem syntaxProblem(ConfigException e, String origin) {
    boolean hasLine = e.origin() != null && e.origin().lineNumber() > 0;
    String place = hasLine ? origin + ":" + e.origin().lineNumber() : origin;
    String message = e.getMessage();
    String prefix = e.origin() == null ? "" : e.origin().description() + ": ";
    message = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    // What follows explains other file formats.
    int aside = message.indexOf(" (if you ");
    message = aside < 0 ? message : message.substring(0, aside);
    return new Problem("a job file must be HOCON", message, place, fix(message));
  }

  private static String fix(String message) {
    if (message.contains("Reserved character")) {
      return "put the text into double quotes";
    }
    if (message.contains("'+' not followed by =")) {
      return "write numbers without +";
    }
    return "check the braces; texts with characters such as : , [ { # $ or // need double quotes";
  }

  private static int lineAt(String text, int offset) {
    return 1 + (int) text.substring(0, offset).chars().filter(c -> c == '\n').count();
  }

  /** Tells where an include stands by failing; the parser, not we, knows what is one. */
  private static final class IncludeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IncludeException(String what) {
      super(what, null, false, false);
    }
  }

  private static final class NoIncluder
      implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      throw new IncludeException(what);
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
      throw new IncludeException(what.getPath());
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
      throw new IncludeException(what.toString());
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
      throw new IncludeException(what);
    }
  }
}
