package org.unroll.cli;

import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.unroll.config.DataConfig;
import org.unroll.config.Job;
import org.unroll.data.InputCoding;
import org.unroll.data.Tokenizer;
import org.unroll.data.Vocabulary;
import org.unroll.data.WordVectors;
import org.unroll.spark.VectorFiles;

/**
 * A file of pretrained vectors that a job names.
 *
 * @param field number of the field of symbols it is for
 * @param parameter name of the embedding
 * @param section of the job that names the file
 * @param width numbers per symbol
 * @param tokenizer of the field
 */
record PretrainedFile(
    int field, String parameter, String section, String path, int width, Tokenizer tokenizer) {

  /** The files of a job, in the order of its fields. */
  static List<PretrainedFile> of(Job job) {
    List<PretrainedFile> files = new ArrayList<>();
    List<DataConfig.Field> fields = InputCoding.symbols(job.data());
    for (int i = 0; i < fields.size(); i++) {
      DataConfig.Field field = fields.get(i);
      boolean main = field.name().isEmpty();
      String path = main ? job.model().vectors() : field.vectors();
      if (!path.isEmpty()) {
        files.add(
            new PretrainedFile(
                i,
                main ? "embedding.weight" : "embedding." + field.name() + ".weight",
                main ? "model" : "data.fields." + job.data().fields().indexOf(field),
                path,
                main ? job.model().embedding() : field.embedding(),
                Tokenizer.of(field.tokens(), field.lowercase())));
      }
    }
    return files;
  }

  /**
   * Reads the file.
   *
   * @param table symbols × width, whose rows are overwritten; or null, to see only what is there
   */
  WordVectors.Coverage read(Configuration hadoop, InputCoding inputs, float[] table) {
    Vocabulary vocabulary = inputs.vocabularies().get(field);
    WordVectors reader =
        new WordVectors(vocabulary, tokenizer, width, section + ".embedding", table);
    return VectorFiles.read(hadoop, key(), path, reader);
  }

  /** Looks whether the file is there. */
  void check(Configuration hadoop) {
    VectorFiles.check(hadoop, key(), path);
  }

  private String key() {
    return section + ".vectors";
  }
}
