package org.unroll.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.unroll.cli.Main;
import picocli.CommandLine;

/** What the pages name exists: methods, job files, commands, options, links, packages. */
class MathematicsPageTest {
  private static final Path README = Path.of("README.md");
  private static final Path PAGES = Path.of("src/site/markdown");
  private static final Path MATHEMATICS = PAGES.resolve("mathematics.md");
  private static final Path ARCHITECTURE = PAGES.resolve("architecture.md");
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern METHOD = Pattern.compile("`([A-Z]\\w*)#(\\w+)`");
  private static final Pattern JOB = Pattern.compile("\\bjobs/[\\w-]+\\.conf");
  private static final Pattern COMMAND = Pattern.compile("(?:run-local\\.sh|`unroll) ([a-z]+)\\b");
  private static final Pattern COMMAND_ROW =
      Pattern.compile("(?m)^\\| `([a-z]+)\\b[^`]*` \\|(.*)$");
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!http)([^)#]*)(?:#([^)]+))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
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
      // Beside the jobs stands the text that the quick start reads.
      jobs.map(job -> "jobs/" + job.getFileName())
          .filter(job -> job.endsWith(".conf"))
          .forEach(present::add);
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
    String section = section(Files.readString(ARCHITECTURE), "## Packages");
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
    assertEquals(List.of(), missing, "classes in the package table of " + ARCHITECTURE);
    for (String name : explained) {
      assertTrue(
          Files.exists(SOURCES.resolve(name.replace('.', '/')).resolve("package-info.java")),
          () -> "no package " + name);
    }
  }

  @Test
  void linksLeadToPagesAndHeadings() throws IOException {
    List<String> broken = new ArrayList<>();
    Set<Path> linked = new TreeSet<>(Set.of(README));
    for (Path page : pages()) {
      for (MatchResult link : matches(LINK, Files.readString(page))) {
        Path target =
            link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1)).normalize();
        linked.add(target);
        if (!Files.exists(target)
            || link.group(2) != null && !anchors(target).contains(link.group(2))) {
          broken.add(page + " links to " + link.group());
        }
      }
    }
    assertEquals(List.of(), broken);
    assertTrue(linked.containsAll(pages()), () -> "pages that no page links to, of " + pages());
  }

  @Test
  void theReadmeIsReadAtOnce() throws IOException {
    long lines = Files.readString(README).lines().count();
    assertTrue(lines <= 250, () -> "longer texts belong on a page of their own: " + lines);
  }

  private static List<Path> pages() {
    try (Stream<Path> files = Files.list(PAGES)) {
      return Stream.concat(Stream.of(README), files.sorted()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of a page's headings in links: letters, digits and hyphens for spaces. */
  private static Set<String> anchors(Path page) throws IOException {
    Set<String> anchors = new TreeSet<>();
    for (MatchResult heading : matches(HEADING, Files.readString(page))) {
      String text = heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\d -]", "");
      anchors.add(text.replace(' ', '-'));
    }
    return anchors;
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
