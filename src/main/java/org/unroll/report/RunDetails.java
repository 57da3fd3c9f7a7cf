package org.unroll.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.unroll.store.JsonText;
import org.unroll.text.Counts;

/**
 * How a run was made: short facts, and folded away the whole job and the rest of {@code run.json}.
 */
final class RunDetails {
  /** What is shown elsewhere on the page, or is long and says nothing that the job does not. */
  private static final Set<String> ELSEWHERE =
      Set.of("job", "fingerprint", "rows", "labels", "attempts");

  private static final Pattern WORD = Pattern.compile("[a-z]+(-[a-z]+)*");

  private final StringBuilder out;

  private RunDetails(StringBuilder out) {
    this.out = out;
  }

  static void append(StringBuilder out, Map<String, Object> run) {
    if (run.isEmpty()) {
      return;
    }
    out.append("<section>\n<h2>How it was made</h2>\n");
    RunDetails details = new RunDetails(out);
    details.facts(run);
    if (run.get("job") instanceof Map<?, ?> job) {
      out.append("<details><summary>The whole job, with all defaults</summary>\n<pre>");
      StringBuilder text = new StringBuilder();
      entries(job, "", text);
      out.append(Html.escape(text.toString())).append("</pre></details>\n");
    }
    out.append("<details><summary>All of run.json</summary>\n<table class=\"facts\">\n");
    details.rows("", run, ELSEWHERE);
    out.append("</table></details>\n</section>\n");
  }

  private void facts(Map<String, Object> run) {
    Map<?, ?> job = run.get("job") instanceof Map<?, ?> map ? map : Map.of();
    out.append("<table class=\"facts\">\n");
    fact("data", join(" · ", inner(job, "data", "format"), inner(job, "data", "train")));
    fact("validation", inner(job, "data", "valid"));
    fact("test", inner(job, "data", "test"));
    fact("optimiser", optimizer(job));
    fact("updates", updates(run, job));
    fact("computed on", join(" · ", engine(run), kernels(run)));
    if (run.get("versions") instanceof Map<?, ?> versions) {
      List<String> each = new ArrayList<>();
      versions.forEach((name, version) -> each.add(name + " " + version));
      fact("versions", String.join(" · ", each));
    }
    fact("started", run.get("started") == null ? "" : Html.time(run.get("started")));
    fact("finished", run.get("finished") == null ? "" : Html.time(run.get("finished")));
    fact("seed", run.get("seed") == null ? "" : String.valueOf(run.get("seed")));
    out.append("</table>\n");
  }

  private static String optimizer(Map<?, ?> job) {
    if (!(job.get("training") instanceof Map<?, ?> training)
        || !(training.get("optimizer") instanceof Map<?, ?> optimizer)) {
      return "";
    }
    Object rate = optimizer.get("learning-rate");
    Object schedule = optimizer.get("schedule");
    return join(
        " · ",
        String.valueOf(optimizer.get("kind")),
        "learning rate " + rate,
        "constant".equals(schedule) ? "" : schedule + " schedule");
  }

  private static String updates(Map<String, Object> run, Map<?, ?> job) {
    String epochs = inner(job, "training", "epochs");
    String batch = inner(job, "training", "batch-size");
    Object rounds = run.get("rounds-per-epoch");
    return epochs.isEmpty() || rounds == null
        ? ""
        : join(
            " · ",
            count(epochs, "epoch") + " of " + count(Html.text(rounds), "update"),
            batch.isEmpty() ? "" : "batches of " + batch);
  }

  private static String count(String number, String noun) {
    return number + " " + Counts.noun(number.equals("1") ? 1 : 2, noun);
  }

  private static String engine(Map<String, Object> run) {
    return "driver".equals(run.get("engine"))
        ? "threads of the driver"
        : "spark".equals(run.get("engine")) ? "Spark's executors" : "";
  }

  private static String kernels(Map<String, Object> run) {
    return run.get("kernels") == null ? "" : run.get("kernels") + " kernels";
  }

  private static String inner(Map<?, ?> job, String section, String key) {
    return job.get(section) instanceof Map<?, ?> map && map.get(key) != null
        ? String.valueOf(map.get(key))
        : "";
  }

  private static String join(String separator, String... parts) {
    return String.join(separator, List.of(parts).stream().filter(part -> !part.isEmpty()).toList());
  }

  private void fact(String name, String value) {
    if (!value.isEmpty()) {
      out.append("<tr><th>").append(Html.escape(name)).append("</th><td>");
      out.append(Html.escape(value)).append("</td></tr>\n");
    }
  }

  /** Objects within objects become dotted names, as in a job file. */
  private void rows(String prefix, Map<?, ?> map, Set<String> without) {
    map.forEach(
        (key, value) -> {
          String name = prefix + key;
          if (value instanceof Map<?, ?> inner && !without.contains(name)) {
            rows(name + ".", inner, Set.of());
          } else if (!without.contains(name)) {
            fact(name, Html.text(value));
          }
        });
  }

  /** A job as one would write it in a file: a key per line, sections indented. */
  private static void entries(Map<?, ?> tree, String indent, StringBuilder text) {
    tree.forEach(
        (key, value) -> {
          text.append(indent).append(key);
          if (value instanceof Map<?, ?> section) {
            text.append(" {\n");
            entries(section, indent + "  ", text);
            text.append(indent).append("}\n");
          } else if (value instanceof List<?> list
              && list.stream().anyMatch(Map.class::isInstance)) {
            text.append(" = [\n");
            for (Object element : list) {
              text.append(indent).append("  {\n");
              if (element instanceof Map<?, ?> map) {
                entries(map, indent + "    ", text);
              }
              text.append(indent).append("  }\n");
            }
            text.append(indent).append("]\n");
          } else {
            text.append(" = ").append(written(value)).append('\n');
          }
        });
  }

  /** A value as a job file has it: texts in quotes, unless they are words such as choices. */
  private static String written(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(RunDetails::written).collect(Collectors.joining(", ", "[", "]"));
    }
    return value instanceof String text && !WORD.matcher(text).matches()
        ? JsonText.line(text)
        : String.valueOf(value);
  }
}
