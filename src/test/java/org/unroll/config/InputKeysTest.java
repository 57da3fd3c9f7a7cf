package org.unroll.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the keys of inputs refuse. */
class InputKeysTest {
  private static final String JOB =
      """
      data { format = delimited, train = a.tsv, target.column = 1 }
      model { topology = many-to-one, layers = [ { cell = lstm, units = 2 } ] }
      training { epochs = 1 }
      """;

  private static Job job(List<String> overrides) {
    return JobReader.read(JOB, "test.conf", overrides);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          data.input.tokens=features | data.input.width is required
          data.input.width=3 | data.input.width belongs to features, got one for characters
          data.input.tokens=features; data.input.width=0 | data.input.width must be at least 1
          data.input.tokens=features; data.input.width=3; data.input.lowercase=true | lowercase belongs to characters and words
          data.input.tokens=features; data.input.width=3; model.embedding=4 | model.embedding must be 0 with data.input.tokens = features
          data.input.tokens=features; data.input.width=3; model.topology=many-to-many; data.target.column= | data.input.tokens = features needs data.target.column
          data.input.tokens=features; data.input.width=3; data.format=lines; data.target.column= | needs data.format = delimited, json or parquet
          data.format=json; data.target.column=y | data.input.column must be a name with data.format = json, got 0
          data.format=json; data.input.column=x | data.target.column must be a name with data.format = json, got 1
          data.format=parquet; data.target.column=y | data.input.column must be a name with data.format = parquet, got 0
          data.format=parquet; data.input.column=x; data.target.column=y; data.id.column=3 | data.id.column must be a name with data.format = parquet, got 3
          data.format=parquet; data.input.column=x; data.target.column=y; data.delimiter=tab | data.delimiter belongs to delimited, got one for parquet
          data.format=parquet; data.input.column=x; data.target.column=y; data.read.max-line-bytes=9 | max-line-bytes belongs to delimited, json and lines
          data.format=json; data.input.column=x; data.target.column=y; data.header=true | data.header belongs to delimited, got one for json
          data.format=lines; data.target.column=; data.fields=[{name=a,column=2,embedding=3}] | data.fields belongs to delimited, json and parquet
          data.fields=[{name=a,column=2,embedding=3}] | data.fields needs an embedding of data.input
          model.embedding=2; data.fields=[{name=a,column=2}] | data.fields.0.embedding is required
          model.embedding=2; data.fields=[{name=a,column=1,embedding=3}] | data.fields.0.column and data.target.column must differ
          model.embedding=2; data.fields=[{name=a,column=tag,embedding=3}] | data.fields.0.column can be a name only with data.header = true
          model.embedding=2; data.fields=[{name=A b,column=2,embedding=3}] | data.fields.0.name must be a letter and then
          model.embedding=2; data.fields=[{name=a,column=2,embedding=3},{name=a,column=3,embedding=3}] | must differ, got "a" twice
          model.embedding=2; model.characters.embedding=3 | needs both an embedding and layers, got no layers
          model.embedding=2; model.characters.layers=[{cell=lstm,units=3}] | needs both an embedding and layers, got no embedding
          model.embedding=2; model.characters.embedding=3; model.characters.layers=[{cell=lstm,units=3}] | model.characters needs data.input.tokens = words
          data.input.tokens=words; model.characters.embedding=3; model.characters.layers=[{cell=lstm,units=3}] | model.characters needs an embedding of the words
          data.input.tokens=words; model.embedding=2; data.target.column=; model.topology=many-to-many; model.characters.embedding=3; model.characters.layers=[{cell=lstm,units=3}] | model.characters needs data.target.column
          data.input.tokens=words; model.embedding=2; model.characters.embedding=3; model.characters.layers=[{cell=lstm,units=3,normalization=batch}] | model.characters.layers.0.normalization must be none or layer
          data.input.tokens=words; model.embedding=2; model.characters.embedding=3; model.characters.layers=[{cell=lstm,units=3,normalization-momentum=0.5}] | normalization-momentum belongs to normalization = batch
          data.input.tokens=words; model.embedding=2; model.characters.embedding=3; model.characters.layers=[{cell=lstm,units=3,bidirectional=true,residual=true}] | model.characters.layers.0.residual needs an input as wide as the layer's output
          data.input.tokens=words; model.embedding=2; model.characters.embedding=3; model.characters.layers=[{cell=lstm,units=3}]; model.layers.0.residual=true | make model.embedding or the layer's units fit
          data.input.tokens=words; model.embedding=2; model.characters.embedding=3; model.characters.layers=[{cell=lstm,units=1,normalization=layer}] | model.characters.layers.0.normalization = layer needs at least 2 units
          model.embedding=2; model.topology=many-to-many; data.target.column=; data.fields=[{name=a,column=2,embedding=3}] | data.fields needs data.target.column
          """)
  void nonsenseIsRefused(String overrides, String message) {
    List<String> all = new ArrayList<>();
    for (String each : overrides.split("; ")) {
      all.add(each.strip());
    }
    JobException refused = assertThrows(JobException.class, () -> job(all));
    assertTrue(refused.getMessage().contains(message), refused.getMessage());
  }

  @Test
  void inputsAreTheFirstAndTheFurtherOnes() {
    List<DataConfig.Field> inputs =
        job(List.of(
                "model.embedding=2",
                "data.vocabulary.min-count=4",
                "data.fields=[{name=a,column=2,embedding=3},"
                    + "{name=b,column=3,tokens=features,width=5}]"))
            .data()
            .inputs();
    assertEquals(List.of("", "a", "b"), inputs.stream().map(DataConfig.Field::name).toList());
    assertEquals(List.of(0, 0, 5), inputs.stream().map(DataConfig.Field::width).toList());
    assertEquals(List.of(4, 1, 1), inputs.stream().map(DataConfig.Field::minCount).toList());
  }
}
