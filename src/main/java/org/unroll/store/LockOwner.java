package org.unroll.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The process that holds a {@link RunLock}, described so that a later process can tell whether it
 * still lives.
 *
 * <p>Texts that a platform does not provide are empty.
 *
 * @param host name of the machine
 * @param pid number of the process
 * @param processStart when the process began, in a form only to be compared: numbers of processes
 *     are used again
 * @param user its name
 * @param machine identity of the installation, which outlives a reboot
 * @param boot identity of the machine's present run
 * @param namespace where the pid counts: containers share a host but not their pids
 * @param since when the lock was taken, ISO 8601
 * @param token differs for every lock ever taken
 */
record LockOwner(
    String host,
    long pid,
    String processStart,
    String user,
    String machine,
    String boot,
    String namespace,
    String since,
    String token) {

  /** What can be said about an owner from here. */
  enum State {
    ALIVE,
    DEAD,
    /** On another machine or in another container. */
    OUT_OF_SIGHT
  }

  /** This process. */
  static LockOwner current() {
    long pid = ProcessHandle.current().pid();
    return new LockOwner(
        HostName.get(),
        pid,
        processStart(pid).orElse(""),
        System.getProperty("user.name", ""),
        firstLine("/etc/machine-id"),
        firstLine("/proc/sys/kernel/random/boot_id"),
        pidNamespace(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        UUID.randomUUID().toString());
  }

  /** Whether this owner still lives, seen from {@code observer}. */
  State state(LockOwner observer) {
    if (!host.equals(observer.host) || differ(machine, observer.machine)) {
      return State.OUT_OF_SIGHT;
    }
    if (differ(boot, observer.boot)) {
      // The same machine since rebooted; without its identity it could be one of the same name.
      return machine.isEmpty() || observer.machine.isEmpty() ? State.OUT_OF_SIGHT : State.DEAD;
    }
    if (differ(namespace, observer.namespace)) {
      return State.OUT_OF_SIGHT;
    }
    Optional<String> start = processStart(pid);
    return start.isPresent() && !differ(start.get(), processStart) ? State.ALIVE : State.DEAD;
  }

  private static boolean differ(String a, String b) {
    return !a.isEmpty() && !b.isEmpty() && !a.equals(b);
  }

  /** When a living process began, empty text if unknown; nothing if it does not live. */
  private static Optional<String> processStart(long pid) {
    Path stat = Path.of("/proc", Long.toString(pid), "stat");
    if (Files.exists(Path.of("/proc/self/stat"))) {
      return processStart(stat);
    }
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .map(process -> process.info().startInstant().map(Instant::toString).orElse(""));
  }

  /**
   * From Linux, in ticks since the boot. ProcessHandle would add the time of the boot, which moves
   * when the clock is set: a living owner would look like another process.
   */
  private static Optional<String> processStart(Path stat) {
    try {
      String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
      // The command's name, in parentheses, may hold anything; fields count behind it.
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
      boolean zombie = fields[0].equals("Z") || fields[0].equals("X");
      return zombie ? Optional.empty() : Optional.of("ticks-" + fields[19]);
    } catch (IOException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static String pidNamespace() {
    Path link = Path.of("/proc/self/ns/pid");
    try {
      return Files.exists(link) ? Files.readSymbolicLink(link).toString() : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static String firstLine(String file) {
    try {
      return Files.readString(Path.of(file)).lines().findFirst().orElse("").strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** As the content of a lock file. */
  byte[] toBytes() {
    var map = new LinkedHashMap<String, Object>();
    map.put("host", host);
    map.put("pid", pid);
    map.put("process-start", processStart);
    map.put("user", user);
    map.put("machine", machine);
    map.put("boot", boot);
    map.put("pid-namespace", namespace);
    map.put("since", since);
    map.put("token", token);
    return JsonText.pretty(map).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * From the content of a lock file.
   *
   * @throws StoreException if it is not one
   */
  static LockOwner fromBytes(byte[] bytes, String place) {
    Map<String, Object> map = Json.parseObject(bytes, place, Json.Limits.DEFAULT);
    if (!(map.get("pid") instanceof Long pid)) {
      throw StoreException.of(
          "lock must name its owner's pid", map.get("pid"), place, RunLock.deleteIt(place));
    }
    return new LockOwner(
        text(map, "host", place),
        pid,
        text(map, "process-start", place),
        text(map, "user", place),
        text(map, "machine", place),
        text(map, "boot", place),
        text(map, "pid-namespace", place),
        text(map, "since", place),
        text(map, "token", place));
  }

  private static String text(Map<String, Object> map, String key, String place) {
    if (map.get(key) instanceof String text) {
      return text;
    }
    throw StoreException.of(
        "lock must name its owner's " + key, map.get(key), place, RunLock.deleteIt(place));
  }

  @Override
  public String toString() {
    return "pid " + pid + " of user " + user + " on " + host + " since " + since;
  }
}
