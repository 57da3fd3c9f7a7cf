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
import org.unroll.report.LineChart.Point;
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
                0.5));
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
    run.put("job", Map.of("training", Map.of("seed", 1L, "note", HOSTILE)));
    return run;
  }

  private static List<Element> drawings(String page) throws Exception {
    var drawings = new ArrayList<Element>();
    Matcher matcher = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(page);
    while (matcher.find()) {
      drawings.add(
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(matcher.group())))
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
  void namesTheBestEpoch() {
    String page = HtmlReport.render("names-1", run(), metrics(30), List.of());
    assertTrue(
        page.contains(
            "best valid loss</div><div class=\"value\">1.2500</div>"
                + "<div class=\"note\">epoch 2</div>"));
    assertTrue(page.contains("214\u202f321"));
    assertTrue(page.contains("<th>training.seed</th><td>1</td>"));
  }

  @Test
  void linesStayWithinTheirFrame() throws Exception {
    for (Element drawing : drawings(HtmlReport.render("t", run(), deep(2000), List.of()))) {
      String[] box = drawing.getAttribute("viewBox").split(" ");
      var paths = drawing.getElementsByTagName("path");
      for (int i = 0; i < paths.getLength(); i++) {
        String[] points = ((Element) paths.item(i)).getAttribute("d").split("[ML]");
        assertTrue(points.length <= 602, "points " + points.length);
        for (int p = 1; p < points.length; p++) {
          String[] xy = points[p].split(",");
          double x = Double.parseDouble(xy[0]);
          double y = Double.parseDouble(xy[1]);
          assertTrue(x >= 52 && x <= Double.parseDouble(box[2]) - 14, points[p]);
          assertTrue(y >= 12 && y <= Double.parseDouble(box[3]) - 38, points[p]);
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

  @Test
  void thinningKeepsSpikes() {
    var points = new ArrayList<Point>();
    for (int i = 0; i < 10_000; i++) {
      points.add(new Point(i, i == 5_432 ? 100 : i == 777 ? -100 : Math.sin(i), ""));
    }
    List<Point> thin = LineChart.thin(points, 200);
    assertTrue(thin.size() <= 200);
    assertTrue(thin.contains(points.get(5_432)));
    assertTrue(thin.contains(points.get(777)));
    for (int i = 1; i < thin.size(); i++) {
      assertTrue(thin.get(i - 1).x() < thin.get(i).x());
    }
    assertEquals(points, LineChart.thin(points, 10_000));
  }
}
