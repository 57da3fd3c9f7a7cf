package org.unroll.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.GlobPattern;
import org.apache.hadoop.fs.Path;

/**
 * What a path or glob stands for. What exists as it is written is that; else the parts of the path
 * are patterns, as Hadoop knows them. Hadoop's own reading of globs fails on names with a colon,
 * and takes no name as it is written.
 */
final class PathGlob {
  private final FileSystem system;
  private final List<FileStatus> matches = new ArrayList<>();
  private final List<Path> hidden = new ArrayList<>();
  private final Set<Path> listed = new LinkedHashSet<>();

  private PathGlob(FileSystem system) {
    this.system = system;
  }

  /**
   * Looks for what a path or glob stands for.
   *
   * @throws IllegalArgumentException if it is a glob whose brackets or braces are not closed
   */
  static PathGlob of(FileSystem system, Path path) throws IOException {
    PathGlob glob = new PathGlob(system);
    FileStatus exact = Files.status(system, path);
    if (exact != null) {
      glob.matches.add(exact);
    } else if (isPattern(path.toUri().getPath())) {
      for (String each : alternatives(path.toUri().getPath())) {
        boolean absolute = each.startsWith(Path.SEPARATOR);
        Path start =
            absolute
                ? new Path(path.toUri().getScheme(), path.toUri().getAuthority(), Path.SEPARATOR)
                : system.getWorkingDirectory();
        glob.walk(start, each.substring(absolute ? 1 : 0).split(Path.SEPARATOR), 0);
      }
    }
    return glob;
  }

  /** Patterns without braces that reach over several parts of the path. */
  private static List<String> alternatives(String glob) {
    try {
      return GlobExpander.expand(glob);
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** What was found. */
  List<FileStatus> matches() {
    return matches;
  }

  /** What would match, but is not meant unless it is named. */
  List<Path> hidden() {
    return hidden;
  }

  /** Directories whose files were matched with a pattern. */
  Set<Path> listed() {
    return listed;
  }

  /** Whether a path may be a glob. */
  static boolean isPattern(String text) {
    return text.chars().anyMatch(c -> "*?[{\\".indexOf(c) >= 0);
  }

  private void walk(Path at, String[] parts, int part) throws IOException {
    if (part == parts.length) {
      FileStatus found = Files.status(system, at);
      if (found != null) {
        matches.add(found);
      }
      return;
    }
    Path named = Files.child(at, parts[part]);
    if (!isPattern(parts[part]) || Files.status(system, named) != null) {
      walk(named, parts, part + 1);
      return;
    }
    GlobPattern pattern = pattern(parts[part]);
    for (Path each : children(at, pattern)) {
      if (Hidden.isRead(each.getName()) || Hidden.isNamed(parts[part])) {
        walk(each, parts, part + 1);
      } else {
        hidden.add(each);
      }
    }
  }

  private static GlobPattern pattern(String part) {
    try {
      return new GlobPattern(part);
    } catch (RuntimeException e) {
      // An exception of a class that Hadoop has relocated.
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private List<Path> children(Path directory, GlobPattern pattern) throws IOException {
    FileStatus status = Files.status(system, directory);
    if (status == null || !status.isDirectory()) {
      return List.of();
    }
    listed.add(directory);
    try {
      return Files.list(system, directory, pattern::matches, lost -> {}).stream()
          .map(FileStatus::getPath)
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }
}
