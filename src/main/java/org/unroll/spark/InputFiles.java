package org.unroll.spark;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.unroll.config.DataConfig;
import org.unroll.config.Problem;
import org.unroll.data.DataException;

/**
 * Lists the files that paths, globs and directories stand for.
 *
 * <p>A directory stands for all files below it. Names that start with {@code .} or {@code _} are
 * left out, as everywhere in Hadoop. The data root, which identities are relative to, is the
 * longest common parent directory of all files; it is a function of the files that match, not of
 * how the paths were written.
 */
final class InputFiles {
  private final Configuration hadoop;
  private final String key;
  private final CompressionCodecFactory codecs;
  private final Map<String, FileStatus> found = new TreeMap<>();

  private InputFiles(Configuration hadoop, String key) {
    this.hadoop = hadoop;
    this.key = key;
    codecs = new CompressionCodecFactory(hadoop);
  }

  /**
   * Lists files, in the order of their relative paths.
   *
   * @param key the key of the job file, for messages
   * @param paths paths, globs and directories, separated by commas
   * @throws DataException if a path does not exist, a glob has no match, or all files are empty
   */
  static List<InputFile> list(Configuration hadoop, String key, String paths) {
    InputFiles files = new InputFiles(hadoop, key);
    for (String path : DataConfig.splitPaths(paths)) {
      files.expand(path);
    }
    List<InputFile> result = files.identify();
    if (result.stream().mapToLong(InputFile::length).sum() == 0) {
      throw new DataException(
          new Problem(
              key + " must hold data",
              result.size() == 1 ? "an empty file" : result.size() + " empty files",
              result.isEmpty() ? paths : result.get(0).name(),
              "give files with content"));
    }
    return result;
  }

  private void expand(String text) {
    try {
      Path path = new Path(text);
      FileSystem system = path.getFileSystem(hadoop);
      FileStatus[] matches = system.globStatus(path);
      if (matches == null || matches.length == 0) {
        throw noMatch(text, matches == null);
      }
      int before = found.size();
      for (FileStatus match : matches) {
        if (match.isDirectory()) {
          descend(system, match.getPath());
        } else if (matches.length == 1 || isVisible(match.getPath())) {
          found.put(name(match.getPath()), match);
        }
      }
      if (found.size() == before && before == 0) {
        throw noMatch(text, false);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(key + " = " + text, e);
    }
  }

  private void descend(FileSystem system, Path directory) throws IOException {
    for (FileStatus status : system.listStatus(directory)) {
      if (!isVisible(status.getPath())) {
        continue;
      }
      if (status.isDirectory()) {
        descend(system, status.getPath());
      } else {
        found.put(name(status.getPath()), status);
      }
    }
  }

  private static boolean isVisible(Path path) {
    return !path.getName().startsWith(".") && !path.getName().startsWith("_");
  }

  private DataException noMatch(String path, boolean plain) {
    return new DataException(
        plain
            ? new Problem(
                key + " must name a file or directory that exists",
                path,
                "",
                "correct the path; relative ones start at the working directory")
            : new Problem(
                key + " must match a file", path + ", which matches none", "", "correct the glob"));
  }

  static DataException unreadable(String what, Exception e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new DataException(
        new Problem(
            "data must be readable",
            "'" + message.lines().findFirst().orElse("") + "'",
            what,
            "check that the file is whole and may be read by this user on every machine"),
        e);
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
    String relative = name.substring(rootLength);
    CompressionCodec codec = codecs.getCodec(status.getPath());
    if (codec != null) {
      relative = CompressionCodecFactory.removeSuffix(relative, codec.getDefaultExtension());
    }
    String uri = status.getPath().toUri().toString();
    return new InputFile(uri, name, relative, status.getLen(), codec != null);
  }

  private static String commonDirectory(String a, String b) {
    int common = 0;
    while (common < Math.min(a.length(), b.length()) && a.charAt(common) == b.charAt(common)) {
      common++;
    }
    return a.substring(0, a.lastIndexOf('/', common - 1) + 1);
  }
}
