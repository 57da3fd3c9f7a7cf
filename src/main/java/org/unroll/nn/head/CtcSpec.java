package org.unroll.nn.head;

import org.unroll.batch.Block;
import org.unroll.metric.Measures;
import org.unroll.metric.TextMeasures;

/**
 * Connectionist temporal classification (Graves 2006): at each step one of the symbols, or none,
 * the blank.
 *
 * @param symbols of the texts
 * @param beamWidth texts that are followed when one is decoded; 1 decodes step by step
 */
public record CtcSpec(int symbols, int beamWidth) implements HeadSpec {
  /** The symbols by number, and behind them the blank. */
  @Override
  public int outputs() {
    return symbols + 1;
  }

  /** The output that stands for no symbol: the last one, so that symbols keep their numbers. */
  public int blank() {
    return symbols;
  }

  @Override
  public Head create(Place place) {
    return new CtcHead(this, place);
  }

  @Override
  public Measures measures() {
    return new TextMeasures();
  }

  @Override
  public double products(long inputs, Block block) {
    return (double) outputs() * inputs * HeadSpec.columns(block.timeline());
  }

  /** The blank is no symbol. */
  @Override
  public Rows rows(String parameter) {
    return new Rows(0, symbols, 1);
  }

  /** Logits and what they were before they became probabilities. */
  @Override
  public int keptRows() {
    return 2 * outputs();
  }

  @Override
  public boolean worksInWindows() {
    return false;
  }
}
