package org.unroll.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.store.Directory;
import org.unroll.store.Json;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class HtmlReportTest {
  private static final String HOSTILE = "</pre><script>alert(1)</script><img src=//x onerror='1'>&";

  private static List<Map<String, Object>> metrics(int rounds) {
    var metrics = new ArrayList<Map<String, Object>>();
    for (long round = 1; round <= rounds; round++) {
      var entry = new LinkedHashMap<String, Object>();
      entry.put("epoch", (round + 9) / 10);
      entry.put("round", round);
      entry.put("kind", "round");
      entry.put("train-loss", round == 7 ? null : 3.0 / round + 1);
      entry.put("learning-rate", 0.003);
      entry.put("gradient-norm", 1.0 / round);
      entry.put("gradient-norms", Map.of("layers.0", round == 3 ? 0 : 1e-4 / round));
      entry.put("tokens-per-second", 30_000L + round);
      entry.put("seconds", round * 2.0);
      metrics.add(entry);
      if (round % 10 == 0) {
        metrics.add(
            Map.of(
                "epoch",
                round / 10,
                "round",
                round,
                "kind",
                "epoch",
                "train-loss",
                1.5,
                "valid-loss",
                round == 20 ? 1.25 : 2.0,
                "valid-accuracy",
                round == 30 ? 0.75 : 0.5));
      }
    }
    return metrics;
  }

  /** With a second layer. */
  private static List<Map<String, Object>> deep(int rounds) {
    List<Map<String, Object>> metrics = metrics(rounds);
    for (Map<String, Object> entry : metrics) {
      if (entry.get("gradient-norms") instanceof Map<?, ?> norms) {
        var both = new LinkedHashMap<String, Object>();
        both.put("layers.0", norms.get("layers.0"));
        both.put("output", 1.0);
        entry.put("gradient-norms", both);
      }
    }
    return metrics;
  }

  private static Map<String, Object> run() {
    var run = new LinkedHashMap<String, Object>();
    run.put("written-by", "unroll");
    run.put("parameters", 214_321L);
    run.put("baseline", Map.of("name", "bigram", "valid-loss", 2.481));
    run.put("outcome", "finished");
    run.put("fingerprint", "data {\n  format = lines\n}\n");
    var training = new LinkedHashMap<String, Object>();
    training.put("seed", 1L);
    training.put("note", HOSTILE);
    training.put("kind", "adam");
    var layer = Map.of("cell", "lstm", "units", 128L, "bidirectional", true);
    var model = new LinkedHashMap<String, Object>();
    model.put("embedding", 32L);
    model.put("layers", List.of(layer));
    model.put("output", "softmax");
    run.put("job", Map.of("training", training, "model", model));
    return run;
  }

  private static List<Element> drawings(String page) throws Exception {
    var drawings = new ArrayList<Element>();
    Matcher matcher =
        Pattern.compile("<div class=\"chart\">(.*?)</div>", Pattern.DOTALL).matcher(page);
    while (matcher.find()) {
      drawings.add(
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(matcher.group(1))))
              .getDocumentElement());
    }
    return drawings;
  }

  @Test
  void drawsEveryCurve() throws Exception {
    String page = HtmlReport.render("names-1", run(), metrics(30), List.of("Müller"));
    List<Element> drawings = drawings(page);
    assertEquals(5, drawings.size());
    assertEquals(3, drawings.get(0).getElementsByTagName("path").getLength());
    for (String heading :
        List.of("Loss", "Accuracy", "Learning rate", "Gradient norm", "Tokens per second")) {
      assertTrue(page.contains("<h2>" + heading + "</h2>"), heading);
    }
    assertTrue(page.contains("<title>bigram baseline: 2.4810</title>"));
    assertTrue(page.contains("<title>validation 1.2500\nepoch 2, round 20</title>"));
    assertTrue(page.contains("Müller"));
  }

  @Test
  void drawsTheNormOfEachLayerOnOneScaleOfRatios() throws Exception {
    String page = HtmlReport.render("names-1", run(), deep(30), List.of());
    List<Element> drawings = drawings(page);
    assertEquals(6, drawings.size());
    assertTrue(page.contains("<h2>Gradient norm of each layer</h2>"));
    assertTrue(page.contains("<span class=\"key hue-0\">layers.0</span>"));
    assertTrue(page.contains("<span class=\"key hue-1\">output</span>"));
    assertTrue(page.contains("10⁻⁴</text>"), "a scale of powers of ten");
    Element path = (Element) drawings.get(5).getElementsByTagName("path").item(0);
    assertEquals(29, path.getAttribute("d").split("[ML]").length - 1, "0 has no place on it");
  }

  @Test
  void showsTheMetricsOfTheModelThatWasSaved() {
    List<Map<String, Object>> metrics = metrics(30);
    String page = HtmlReport.render("names-1", run(), metrics, List.of());
    assertTrue(page.contains(tile("validation loss", "1.2500", "saved model, epoch\u00a02")));
    assertTrue(
        page.contains(tile("validation accuracy", "50.00\u202f%", "saved model, epoch\u00a02")),
        "not the 75 % of another epoch");
    assertTrue(page.contains("214\u202f321"));
    // Averaged parameters and training without validation: the run itself says what it kept.
    Map<String, Object> last = new LinkedHashMap<>(metrics.get(metrics.size() - 1));
    last.put("best", true);
    metrics.set(metrics.size() - 1, last);
    page = HtmlReport.render("names-1", run(), metrics, List.of());
    assertTrue(
        page.contains(tile("validation accuracy", "75.00\u202f%", "saved model, epoch\u00a03")));
  }

  @Test
  void showsTheMetricsOfTheOutput() {
    List<Map<String, Object>> metrics = new ArrayList<>();
    for (Map<String, Object> entry : metrics(30)) {
      Map<String, Object> measured = new LinkedHashMap<>(entry);
      if (measured.containsKey("valid-loss")) {
        measured.put("valid-entity-f1", 0.25);
        measured.put("valid-rmse", 3.5);
      }
      metrics.add(measured);
    }
    Map<String, Object> run = new LinkedHashMap<>(run());
    run.put("shown-metrics", List.of("entity-f1"));
    run.put("share-metrics", List.of("entity-f1", "accuracy"));
    run.put("job", Map.of("validation", Map.of("metric", "rmse")));
    String page = HtmlReport.render("tags-1", run, metrics, List.of());
    assertTrue(page.contains("<h2>Entity f1</h2>") && page.contains("<h2>Rmse</h2>"));
    assertFalse(page.contains("<h2>Accuracy</h2>"));
    assertTrue(
        page.contains(tile("validation entity f1", "25.00\u202f%", "saved model, epoch\u00a02")));
    assertTrue(page.contains(tile("validation rmse", "3.5000", "saved model, epoch\u00a02")), page);
  }

  @Test
  void withoutValidationItIsTheLastEpoch() {
    List<Map<String, Object>> metrics = new ArrayList<>();
    for (Map<String, Object> entry : metrics(30)) {
      Map<String, Object> kept = new LinkedHashMap<>(entry);
      kept.keySet().removeAll(List.of("valid-loss", "valid-accuracy"));
      metrics.add(kept);
    }
    String page = HtmlReport.render("t", run(), metrics, List.of());
    assertTrue(page.contains(tile("training loss", "1.5000", "saved model, epoch\u00a03")));
    assertFalse(page.contains("validation accuracy"));
  }

  private static String tile(String name, String value, String note) {
    return name
        + "</div><div class=\"value\">"
        + value
        + "</div><div class=\"note\">"
        + note
        + "</div>";
  }

  @Test
  void marksTheSavedModelAndResumes() {
    Map<String, Object> run = run();
    run.put("rounds-per-epoch", 10L);
    run.put(
        "attempts",
        List.of(
            Map.of("started", "2026-11-28T09:19:14.2Z", "from-round", 0L, "outcome", "killed"),
            Map.of("started", "2026-11-28T10:19:14.2Z", "from-round", 15L, "outcome", "finished")));
    String page = HtmlReport.render("t", run, metrics(30), List.of());
    assertEquals(2, page.split("<line class=\"mark best\" x1=\"66.67%\"", -1).length - 1);
    assertEquals(1, page.split("<line class=\"mark resume\" x1=\"50.00%\"", -1).length - 1);
    assertTrue(page.contains("<title>saved model: epoch 2, round 20</title>"));
    assertTrue(page.contains("<title>resumed after round 15</title>"));
    assertTrue(page.contains("<tr><th>2026-11-28 09:19:14 UTC</th><td>0</td><td>killed</td></tr>"));
    assertTrue(page.contains("<tr class=\"best\"><td>2</td><td>20</td>"));
  }

  @Test
  void accountsForRowsAndLabels() {
    Map<String, Object> run = run();
    Map<String, Object> counts =
        Map.of(
            "read",
            7L,
            "used",
            4L,
            "empty",
            1L,
            "rejected",
            2L,
            "empty-with-label",
            1L,
            "reasons",
            Map.of(HOSTILE, 2L));
    run.put("rows", Map.of("train", counts));
    var labels = new ArrayList<Object>();
    for (int i = 0; i < 23; i++) {
      labels.add(Map.of("label", i == 0 ? HOSTILE : "label " + i, "count", i == 0 ? 78L : 1L));
    }
    run.put("labels", labels);
    String page = HtmlReport.render("t", run, metrics(1), List.of());
    assertTrue(page.contains("<th>training</th><td>7</td><td>4</td><td>1</td><td>2</td>"));
    assertTrue(page.contains("<th>· with a label</th><td></td><td></td><td>1</td><td></td>"));
    assertTrue(page.contains("<td>78</td><td>78.00\u202f%</td>"));
    assertTrue(page.contains("<th>3 more</th><td>3</td><td>3.00\u202f%</td>"));
    assertFalse(page.contains("<script"));
  }

  @Test
  void putsShortFactsFirstAndFoldsTheJobAway() {
    String page = HtmlReport.render("t", run(), metrics(1), List.of());
    assertTrue(
        page.contains("<p class=\"network\">embedding 32 → bidirectional lstm 128 → softmax</p>"));
    int folded =
        page.indexOf("<details><summary>The whole job, with all defaults</summary>\n<pre>");
    assertTrue(folded > page.indexOf("</figure>"));
    assertTrue(page.indexOf("  kind = adam\n") > folded, "a key per line");
    assertTrue(page.contains("layers = [\n    {\n"));
    assertFalse(page.contains("format = lines"), "the fingerprint repeats the job");
  }

  @Test
  void aLongRunIsSmoothedAndItsPageStaysSmall() throws Exception {
    String page = HtmlReport.render("t", run(), deep(40_000), List.of());
    assertTrue(page.length() < 200_000, "characters " + page.length());
    assertTrue(page.contains("running median"));
    // Faint and smoothed training, and validation.
    assertEquals(3, drawings(page).get(0).getElementsByTagName("path").getLength());
  }

  @Test
  void chartsFitAnyWidth() throws Exception {
    for (Element drawing : drawings(HtmlReport.render("t", run(), deep(2000), List.of()))) {
      assertEquals("100%", drawing.getAttribute("width"));
      // Texts keep their size: only the drawings of the lines within are stretched.
      assertEquals("", drawing.getAttribute("viewBox"));
      double height = Double.parseDouble(drawing.getAttribute("height"));
      var paths = drawing.getElementsByTagName("path");
      for (int i = 0; i < paths.getLength(); i++) {
        Element path = (Element) paths.item(i);
        Element stretched = (Element) path.getParentNode();
        assertEquals("none", stretched.getAttribute("preserveAspectRatio"));
        assertEquals("0 0 1000 " + (int) height, stretched.getAttribute("viewBox"));
        String[] points = path.getAttribute("d").split("[ML]");
        assertTrue(points.length <= 501, "points " + points.length);
        for (int p = 1; p < points.length; p++) {
          String[] xy = points[p].split(",");
          double x = Double.parseDouble(xy[0]);
          double y = Double.parseDouble(xy[1]);
          assertTrue(x >= 0 && x <= 1000, points[p]);
          boolean cut = stretched.getAttribute("class").equals("cut");
          assertTrue(cut || y >= 0 && y <= height, points[p]);
        }
      }
    }
  }

  @Test
  void loadsAndRunsNothing() {
    String page = HtmlReport.render(HOSTILE, run(), metrics(10), List.of(HOSTILE, "\u0000\u009b"));
    assertFalse(page.contains("<script"));
    assertFalse(page.contains("<img"));
    assertFalse(page.contains("http://") || page.contains("https://") || page.contains("url("));
    assertTrue(page.contains("default-src 'none'"));
    assertTrue(page.contains("prefers-color-scheme: dark"));
    assertTrue(page.contains("<pre>\uFFFD\uFFFD</pre>"));
  }

  @Test
  void drawsARunThatHasOnlyBegun() throws Exception {
    assertEquals(0, drawings(HtmlReport.render("t", Map.of(), List.of(), List.of())).size());
    assertEquals(4, drawings(HtmlReport.render("t", Map.of(), metrics(1), List.of())).size());
    List<Map<String, Object>> epochs = List.of(Map.of("epoch", 1L, "valid-loss", 2.0));
    assertEquals(1, drawings(HtmlReport.render("t", Map.of(), epochs, List.of())).size());
  }

  @Test
  void isDrawnAgainFromTheFilesOfARun(@TempDir Path folder) {
    Directory directory = Directory.at(folder);
    Json.write(directory, "run.json", run());
    try (MetricsLog log = MetricsLog.create(directory, "metrics.jsonl")) {
      metrics(30).forEach(log::append);
    }
    HtmlReport.write(
        directory,
        "report.html",
        "names-1",
        Json.readObject(directory, "run.json"),
        MetricsLog.read(directory, "metrics.jsonl"),
        List.of());
    byte[] written = directory.readBytes("report.html", 1 << 20);
    String page = new String(written, StandardCharsets.UTF_8);
    assertEquals(HtmlReport.render("names-1", run(), metrics(30), List.of()), page);
  }
}
