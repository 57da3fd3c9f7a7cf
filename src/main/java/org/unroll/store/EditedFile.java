package org.unroll.store;

/** What to do with a file of a model that is not the one which was written with it. */
@FunctionalInterface
public interface EditedFile {
  /** The option of all commands that read a model, for those who edit on purpose. */
  String OPTION = "--accept-edited-model";

  /** Refuses it: a damaged model answers, but wrongly. */
  EditedFile REFUSED =
      difference -> {
        throw difference;
      };

  /**
   * Takes note of a file.
   *
   * @param difference says which file and how it differs
   */
  void found(StoreException difference);
}
