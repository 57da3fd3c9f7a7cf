package org.unroll.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.unroll.cli.Main;
import picocli.CommandLine;

/** What the pages name exists: methods, job files, commands, options, links, packages. */
class MathematicsPageTest {
  private static final Path README = Path.of("README.md");
  private static final Path MATHEMATICS = Path.of("src/site/markdown/mathematics.md");
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern METHOD = Pattern.compile("`([A-Z]\\w*)#(\\w+)`");
  private static final Pattern JOB = Pattern.compile("\\bjobs/[\\w-]+\\.conf");
  private static final Pattern COMMAND = Pattern.compile("(?:run-local\\.sh|`unroll) ([a-z]+)\\b");
  private static final Pattern COMMAND_ROW =
      Pattern.compile("(?m)^\\| `([a-z]+)\\b[^`]*` \\|(.*)$");
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");
  private static final Pattern LINK = Pattern.compile("\\]\\(((?!http)[^)#]+)\\)");
  private static final Pattern PACKAGE_ROW =
      Pattern.compile("(?m)^\\| ((?:`[a-z.]+`(?:, )?)+) \\|.*\\| ([^|]+) \\|$");
  private static final Pattern NAME = Pattern.compile("`([\\w.]+)`");

  @Test
  void methodsOfTheMathematicsPageExist() throws IOException {
    Map<String, Class<?>> classes = classes();
    List<String> missing = new ArrayList<>();
    List<MatchResult> named = matches(METHOD, Files.readString(MATHEMATICS));
    for (MatchResult each : named) {
      Class<?> owner = classes.get(each.group(1));
      boolean found =
          owner != null
              && Arrays.stream(owner.getDeclaredMethods())
                  .anyMatch(method -> method.getName().equals(each.group(2)));
      if (!found) {
        missing.add(each.group());
      }
    }
    assertEquals(List.of(), missing, "named in " + MATHEMATICS + ", but not in the code");
    assertTrue(named.size() > 50, "the page names methods as `Class#method`");
  }

  @Test
  void jobFilesOfTheReadmeAreThoseOfTheProject() throws IOException {
    Set<String> named = new TreeSet<>();
    matches(JOB, Files.readString(README)).forEach(match -> named.add(match.group()));
    try (Stream<Path> jobs = Files.list(Path.of("jobs"))) {
      Set<String> present = new TreeSet<>();
      jobs.forEach(job -> present.add("jobs/" + job.getFileName()));
      assertEquals(present, named, "job files in jobs/ and in " + README);
    }
  }

  @Test
  void commandsAndTheirOptionsExist() throws IOException {
    String text = Files.readString(README);
    Map<String, CommandLine> commands = new CommandLine(new Main()).getSubcommands();
    List<String> missing = new ArrayList<>();
    for (MatchResult each : matches(COMMAND, text)) {
      if (!commands.containsKey(each.group(1))) {
        missing.add(each.group());
      }
    }
    Set<String> explained = new TreeSet<>();
    for (MatchResult row : matches(COMMAND_ROW, section(text, "## Commands"))) {
      CommandLine command = commands.get(row.group(1));
      explained.add(row.group(1));
      for (MatchResult option : matches(OPTION, row.group())) {
        if (command == null || !command.getCommandSpec().optionsMap().containsKey(option.group())) {
          missing.add(row.group(1) + " " + option.group());
        }
      }
    }
    assertEquals(List.of(), missing, "named in " + README + ", but unknown to the command line");
    assertTrue(
        explained.containsAll(List.of("train", "evaluate", "generate", "inspect")),
        () -> "the table of commands explains " + explained);
  }

  @Test
  void packagesAndTheClassesToStartWithExist() throws IOException {
    Map<String, Class<?>> classes = classes();
    List<String> missing = new ArrayList<>();
    Set<String> explained = new TreeSet<>();
    String section = section(Files.readString(README), "## Packages");
    for (MatchResult row : matches(PACKAGE_ROW, section)) {
      for (MatchResult name : matches(NAME, row.group(1))) {
        explained.add("org.unroll." + name.group(1));
      }
      for (MatchResult name : matches(NAME, row.group(2))) {
        Class<?> owner = classes.get(name.group(1));
        if (owner == null || !explained.contains(owner.getPackageName())) {
          missing.add(name.group(1));
        }
      }
    }
    assertEquals(List.of(), missing, "classes in the package table of " + README);
    for (String name : explained) {
      assertTrue(
          Files.exists(SOURCES.resolve(name.replace('.', '/')).resolve("package-info.java")),
          () -> "no package " + name);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "src/site/markdown/mathematics.md",
        "src/site/markdown/design.md",
        "src/site/markdown/configuration.md"
      })
  void linksLeadSomewhere(String page) throws IOException {
    Path directory = Path.of(page).toAbsolutePath().getParent();
    for (MatchResult link : matches(LINK, Files.readString(Path.of(page)))) {
      // The site makes .html of .md.
      String target = link.group(1).replaceFirst("\\.html$", ".md");
      assertTrue(Files.exists(directory.resolve(target)), () -> page + " links to " + target);
    }
  }

  private static List<MatchResult> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results().toList();
  }

  private static String section(String text, String title) {
    int begin = text.indexOf(title + "\n");
    assertTrue(begin >= 0, "no section " + title);
    int end = text.indexOf("\n## ", begin + title.length());
    return text.substring(begin, end < 0 ? text.length() : end);
  }

  /** The project's outer classes by simple name, not initialised. */
  private static Map<String, Class<?>> classes() throws IOException {
    Map<String, Class<?>> classes = new TreeMap<>();
    List<Path> files;
    try (Stream<Path> all = Files.walk(SOURCES)) {
      files = all.filter(file -> file.toString().endsWith(".java")).toList();
    }
    for (Path file : files) {
      String path = SOURCES.relativize(file).toString();
      String name = path.substring(0, path.length() - ".java".length()).replace('/', '.');
      if (name.endsWith("package-info")) {
        continue;
      }
      try {
        Class<?> type = Class.forName(name, false, MathematicsPageTest.class.getClassLoader());
        classes.put(type.getSimpleName(), type);
      } catch (ClassNotFoundException e) {
        throw new AssertionError(e);
      }
    }
    return classes;
  }
}
