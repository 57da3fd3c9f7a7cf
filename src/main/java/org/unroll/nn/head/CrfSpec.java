package org.unroll.nn.head;

import java.util.List;
import org.unroll.config.CrfConfig.Constrain;
import org.unroll.config.JobException;
import org.unroll.config.Problem;
import org.unroll.metric.ClassMeasures;
import org.unroll.metric.ClassNames;
import org.unroll.metric.Measures;

/**
 * A linear-chain conditional random field over tags.
 *
 * @param outputs number of tags
 * @param classes what they are
 * @param constrain which may follow one another
 */
public record CrfSpec(int outputs, ClassNames classes, Constrain constrain) implements HeadSpec {
  /** More tags would be a mistake: all pairs of them stand in memory, for each lane. */
  private static final int MOST_TAGS = 2000;

  /**
   * Checks that there are not too many tags, and that they have a scheme where it is to be kept.
   *
   * @throws JobException if not
   */
  public CrfSpec {
    if (outputs > MOST_TAGS) {
      throw new JobException(
          List.of(
              new Problem(
                  "model.output = crf takes at most " + MOST_TAGS + " different tags",
                  Integer.toString(outputs),
                  "",
                  "check data.target.column, or set model.output = softmax")));
    }
    rules(outputs, classes, constrain);
  }

  /** Tags without names, every one of which may follow any other. */
  public static CrfSpec of(int tags) {
    return new CrfSpec(tags, ClassNames.NONE, Constrain.NONE);
  }

  @Override
  public Head create(Place place) {
    return new CrfHead(this, place);
  }

  @Override
  public Measures measures() {
    return new ClassMeasures(classes);
  }

  /** What makes a sequence of tags probable is all of it. */
  @Override
  public boolean worksInWindows() {
    return false;
  }

  @Override
  public long parameters(long inputs, boolean tied) {
    return outputs * (inputs + 1 + outputs + 2);
  }

  /** Which tags may follow one another. */
  TagRules rules() {
    return rules(outputs, classes, constrain);
  }

  private static TagRules rules(int outputs, ClassNames classes, Constrain constrain) {
    return switch (constrain) {
      case NONE -> TagRules.none(outputs);
      case ENTITIES -> TagRules.entities(classes.names()).orElseThrow(() -> noEntities(classes));
    };
  }

  private static JobException noEntities(ClassNames classes) {
    List<String> names = classes.names();
    String odd =
        names.stream().filter(name -> !name.matches("O|[BIESLU]-.+")).findFirst().orElse("O");
    return new JobException(
        List.of(
            new Problem(
                "model.crf.constrain = entities needs tags of entities in data.target.column, such"
                    + " as O, B-person and I-person",
                "the tag " + '"' + odd + '"',
                "",
                "set model.crf.constrain = none")));
  }
}
