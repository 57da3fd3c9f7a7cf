package org.unroll.spark;

import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.unroll.config.DataConfig;
import org.unroll.config.Problem;
import org.unroll.data.DataException;
import org.unroll.store.Location;

/**
 * Lists the files that paths, globs and directories stand for.
 *
 * <p>A directory stands for all files below it. Names that start with {@code .} or {@code _} are
 * left out, as everywhere in Hadoop, unless they are named outright or are partitions. The data
 * root, which identities are relative to, is the longest common parent directory of all files; it
 * is a function of the files that match, not of how the paths were written.
 */
final class InputFiles {
  private static final int SHOWN = 3;

  private final Configuration hadoop;
  private final String key;
  private final CompressionCodecFactory codecs;
  private final Map<String, FileStatus> found = new TreeMap<>();
  private final Set<String> leftOut = new TreeSet<>();
  private final Set<Path> judged = new HashSet<>();

  private InputFiles(Configuration hadoop, String key) {
    this.hadoop = hadoop;
    this.key = key;
    codecs = new CompressionCodecFactory(hadoop);
  }

  /**
   * What was found.
   *
   * @param files in the order of their relative paths
   * @param leftOut names that somebody might have expected to be read
   */
  record Listing(List<InputFile> files, Set<String> leftOut) {}

  /**
   * Lists files.
   *
   * @param key the key of the job file, for messages
   * @param paths paths, globs and directories, separated by commas
   * @throws DataException if a path does not exist, a glob has no match, all files are empty, or a
   *     directory is that of a {@link TableFormat}
   */
  static Listing list(Configuration hadoop, String key, String paths) {
    InputFiles files = new InputFiles(hadoop, key);
    // A file whose name has a comma in it.
    boolean single = paths.indexOf(',') >= 0 && files.exists(paths);
    for (String path : single ? List.of(paths) : DataConfig.splitPaths(paths)) {
      files.expand(path);
    }
    List<InputFile> result = files.identify();
    if (result.stream().mapToLong(InputFile::length).sum() == 0) {
      throw files.nothing(paths, result);
    }
    return new Listing(result, files.leftOut);
  }

  private boolean exists(String text) {
    try {
      Path path = Location.path(text);
      return Files.status(Files.system(hadoop, path), path) != null;
    } catch (IOException | RuntimeException e) {
      // Then each of the paths in it will be judged.
      return false;
    }
  }

  private DataException nothing(String paths, List<InputFile> empty) {
    if (!empty.isEmpty()) {
      return empty(key, empty);
    }
    return new DataException(
        new Problem(
            key + " must hold data",
            leftOut.isEmpty() ? "no file" : "only names that are left out, " + describe(leftOut),
            paths,
            leftOut.isEmpty()
                ? "give files with content"
                : "names that begin with . or _ are read only if they are named outright"));
  }

  /** Says that there is nothing in any of the files. */
  static DataException empty(String key, List<InputFile> files) {
    return new DataException(
        new Problem(
            key + " must hold data",
            files.size() == 1 ? "an empty file" : files.size() + " empty files",
            files.get(0).name(),
            "give files with content"));
  }

  /** How many names were left out, and the first of them. */
  static String describe(Set<String> leftOut) {
    return leftOut.stream()
        .limit(SHOWN)
        .collect(
            Collectors.joining(", ", leftOut.size() + " (", leftOut.size() > SHOWN ? ", …)" : ")"));
  }

  private void expand(String text) {
    try {
      Path path = Location.path(text);
      FileSystem system = Files.system(hadoop, path);
      PathGlob glob = PathGlob.of(system, path);
      if (glob.matches().isEmpty() && glob.hidden().isEmpty()) {
        throw noMatch(text);
      }
      glob.hidden().forEach(this::leaveOut);
      glob.listed().forEach(directory -> refuseTable(system, directory, text));
      for (FileStatus match : glob.matches()) {
        if (match.isDirectory()) {
          refuseTable(system, match.getPath(), text);
          descend(system, match.getPath(), text, Set.of());
        } else {
          found.put(name(match.getPath()), match);
        }
      }
    } catch (DataException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      if (e.getCause() instanceof UnknownHostException) {
        throw Unreadable.because(key + " = " + text, e.getCause());
      }
      throw new DataException(
          new Problem(
              key + " must be a path or glob",
              text + ", " + Unreadable.firstLine(e),
              "",
              "correct it; what exists with such a name is read as it is written"));
    } catch (IOException | RuntimeException e) {
      throw Unreadable.because(key + " = " + text, e);
    }
  }

  private void refuseTable(FileSystem system, Path directory, String text) {
    TableFormat.Found table = TableFormat.above(system, directory, judged);
    if (table != null) {
      throw table.format().refusal(name(table.directory()), key + " = " + text);
    }
  }

  private void leaveOut(Path path) {
    if (!Hidden.isMark(path.getName())) {
      leftOut.add(name(path));
    }
  }

  /**
   * Takes the files below a directory.
   *
   * @param above identities of the directories around it
   */
  private void descend(FileSystem system, Path directory, String text, Set<String> above)
      throws IOException {
    Set<String> around = new HashSet<>(above);
    if (!around.add(Files.identity(system, directory))) {
      throw new DataException(
          new Problem(
              "a directory must not lie in itself",
              name(directory) + ", a link to one of those around it",
              key + " = " + text,
              "remove the link"));
    }
    List<FileStatus> children = Files.list(system, directory, any -> true, this::leaveOut);
    Set<String> names = children.stream().map(each -> each.getPath().getName()).collect(toSet());
    Optional<TableFormat> table = TableFormat.of(system, directory, names);
    if (table.isPresent()) {
      throw table.get().refusal(name(directory), key + " = " + text);
    }
    for (FileStatus child : children) {
      if (!Hidden.isRead(child.getPath().getName())) {
        leaveOut(child.getPath());
      } else if (child.isDirectory()) {
        descend(system, child.getPath(), text, around);
      } else {
        found.put(name(child.getPath()), child);
      }
    }
  }

  private DataException noMatch(String path) {
    if (Location.isForShell(path)) {
      return new DataException(Location.problem(path, key));
    }
    String fix =
        Location.isAscii() && !path.matches("[ -~]*")
            ? "; letters other than ASCII need LC_ALL=C.UTF-8"
            : "; relative paths start at the working directory";
    return new DataException(
        PathGlob.isPattern(path)
            ? new Problem(
                key + " must match a file",
                path + ", which matches none",
                "",
                "correct the glob" + fix)
            : new Problem(
                key + " must name a file or directory that exists",
                path,
                "",
                "correct the path" + fix));
  }

  /** One form for each file: Hadoop writes the same local file as file:/ and as file:///. */
  private static String name(Path path) {
    URI uri = path.toUri();
    String authority = uri.getAuthority() == null ? "" : uri.getAuthority();
    return uri.getScheme() == null || uri.getScheme().equals("file")
        ? uri.getPath()
        : uri.getScheme() + "://" + authority + uri.getPath();
  }

  private List<InputFile> identify() {
    String root = null;
    for (String name : found.keySet()) {
      String parent = name.substring(0, name.lastIndexOf('/') + 1);
      root = root == null ? parent : commonDirectory(root, parent);
    }
    List<InputFile> files = new ArrayList<>();
    Map<String, InputFile> byIdentity = new HashMap<>();
    for (Map.Entry<String, FileStatus> each : found.entrySet()) {
      InputFile file = identify(each.getKey(), each.getValue(), root.length());
      InputFile same = byIdentity.put(file.relative(), file);
      if (same != null) {
        throw new DataException(
            new Problem(
                key + " must not name a file both plain and compressed",
                same.name() + " and " + file.name(),
                "",
                "remove one"));
      }
      files.add(file);
    }
    files.sort(Comparator.comparing(InputFile::relative));
    return files;
  }

  private InputFile identify(String name, FileStatus status, int rootLength) {
    if (status.getLen() < 0) {
      throw new DataException(
          new Problem(
              "files must be of a known length",
              "none",
              name,
              "copy the file to a disk, or to a file system such as HDFS"));
    }
    CompressionCodec codec = codecs.getCodec(status.getPath());
    String suffix = codec == null ? "" : codec.getDefaultExtension();
    String relative = CompressionCodecFactory.removeSuffix(name.substring(rootLength), suffix);
    String uri = status.getPath().toUri().toString();
    return new InputFile(uri, name, relative, status.getLen(), suffix);
  }

  private static String commonDirectory(String a, String b) {
    int common = 0;
    while (common < Math.min(a.length(), b.length()) && a.charAt(common) == b.charAt(common)) {
      common++;
    }
    return a.substring(0, a.lastIndexOf('/', common - 1) + 1);
  }
}
