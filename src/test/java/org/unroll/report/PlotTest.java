package org.unroll.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class PlotTest {
  private static Plot.Line line(String name, double... y) {
    double[] x = new double[y.length];
    java.util.Arrays.setAll(x, i -> i);
    return new Plot.Line(name, x, y);
  }

  private static Element parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)))
        .getDocumentElement();
  }

  @Test
  void isOneFileWithChartsBesideEachOther() throws Exception {
    String svg =
        new Plot()
            .add("Flow <of> gradients", "k", true, List.of(line("a & b", 1, 1e-3, 1e-6, 0)))
            .add("Right", "steps", false, List.of(line("c", 50, 60), line("a & b", 70, 80)))
            .svg();
    Element root = parse(svg);
    assertEquals("svg", root.getTagName());
    assertEquals("http://www.w3.org/2000/svg", root.getAttribute("xmlns"));
    assertEquals("920", root.getAttribute("width"));
    assertEquals(3 + 2, root.getElementsByTagName("path").getLength(), "lines and their keys");
    assertTrue(svg.contains("Flow &lt;of&gt; gradients"));
    assertTrue(svg.contains("10⁻⁶"));
    // A line has one colour, in all charts and in the key.
    assertEquals(3, svg.split("class=\"line hue-0\"", -1).length - 1);
    assertEquals(2, svg.split("class=\"line hue-1\"", -1).length - 1);
    assertFalse(svg.contains("url(") || svg.contains("<script"));
  }

  @Test
  void aValueNeedsAPlace() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Plot.Line("a", new double[] {1}, new double[] {1, 2}));
  }
}
