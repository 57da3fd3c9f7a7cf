package org.unroll.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.unroll.config.Problem;
import org.unroll.config.ValidSource;
import org.unroll.data.DataException;
import org.unroll.data.Role;

/**
 * The files of a request.
 *
 * @param byRole of each role that has files of its own
 * @param doubts what is not read though it stands among them
 */
record RequestedFiles(Map<Role, List<InputFile>> byRole, List<Problem> doubts) {

  /**
   * Lists the files.
   *
   * @throws DataException if there are none, or training has one in common with another role and
   *     the job does not allow it
   */
  static RequestedFiles of(Configuration hadoop, DatasetRequest request) {
    Map<Role, String> paths = new EnumMap<>(Role.class);
    paths.put(Role.TRAIN, request.train());
    paths.put(Role.VALID, request.valid() instanceof ValidSource.Path path ? path.path() : "");
    paths.put(Role.TEST, request.test());
    RequestedFiles files = new RequestedFiles(new EnumMap<>(Role.class), new ArrayList<>());
    paths.forEach(
        (role, path) -> {
          if (!path.isEmpty()) {
            files.add(role, request.key(role), InputFiles.list(hadoop, request.key(role), path));
          }
        });
    if (!request.data().allowOverlap()) {
      files.refuseOverlap(hadoop);
    }
    return files;
  }

  private void add(Role role, String key, InputFiles.Listing listing) {
    byRole.put(role, listing.files());
    if (!listing.leftOut().isEmpty()) {
      doubts.add(
          new Problem(
              key + " leaves out names that begin with . or _, and links to nothing",
              InputFiles.describe(listing.leftOut()),
              "",
              "name them outright to read them"));
    }
  }

  private void refuseOverlap(Configuration hadoop) {
    if (!byRole.containsKey(Role.TRAIN) || byRole.size() < 2) {
      return;
    }
    Map<String, InputFile> training = new HashMap<>();
    for (InputFile file : byRole.get(Role.TRAIN)) {
      training.put(identity(hadoop, file), file);
    }
    for (Role role : List.of(Role.VALID, Role.TEST)) {
      List<InputFile> common =
          byRole.getOrDefault(role, List.of()).stream()
              .filter(file -> training.containsKey(identity(hadoop, file)))
              .toList();
      if (!common.isEmpty()) {
        InputFile first = common.get(0);
        InputFile same = training.get(identity(hadoop, first));
        throw new DataException(
            new Problem(
                Role.TRAIN.key() + " and " + role.key() + " must not have a file in common",
                first.name()
                    + (same.name().equals(first.name()) ? "" : ", which is " + same.name())
                    + (common.size() > 1 ? " and " + (common.size() - 1) + " more" : ""),
                "",
                "leave it out of one of them, or set data.allow-overlap = true to "
                    + (role == Role.VALID ? "validate" : "test")
                    + " on what was learned"));
      }
    }
  }

  private static String identity(Configuration hadoop, InputFile file) {
    try {
      Path path = Files.path(file);
      return Files.identity(Files.system(hadoop, path), path);
    } catch (IOException e) {
      throw Unreadable.because(file.name(), e);
    }
  }
}
