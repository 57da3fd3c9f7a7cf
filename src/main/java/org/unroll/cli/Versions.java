package org.unroll.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.IVersionProvider;

/** Versions of everything a result can depend on. */
final class Versions implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"unroll " + unroll() + ", Java " + System.getProperty("java.version")};
  }

  static String unroll() {
    String version = Versions.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** For {@code run.json}. */
  static Map<String, Object> all(String spark) {
    Map<String, Object> versions = new LinkedHashMap<>();
    versions.put("unroll", unroll());
    versions.put("spark", spark);
    versions.put("java", System.getProperty("java.version"));
    versions.put("jvm", System.getProperty("java.vm.name"));
    versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return versions;
  }
}
