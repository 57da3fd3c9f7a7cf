package org.unroll.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ejml.data.FMatrixRMaj;
import org.unroll.config.DataConfig;
import org.unroll.data.InputCoding;
import org.unroll.data.Vocabulary;
import org.unroll.nn.head.CrfHead;
import org.unroll.nn.head.HeadSpec;
import org.unroll.task.Tasks;
import org.unroll.tensor.Parameters;
import org.unroll.text.Counts;

/**
 * Starts a network from the parameters of a trained one. Parameters are matched by name and shape;
 * where an axis counts symbols or labels, its entries are matched by their text, so vocabularies
 * may differ. Where the layers compute something else with the same weights, the entry says so.
 */
public final class WarmStart {
  private final Model from;
  private final Model to;
  private final List<Entry> entries = new ArrayList<>();

  /**
   * What became of a parameter.
   *
   * @param name of the parameter, or whose scaling it is
   * @param taken whether any of its values were taken
   * @param what for people
   */
  public record Entry(String name, boolean taken, String what) {}

  private WarmStart(Model from, Model to) {
    this.from = from;
    this.to = to;
  }

  /**
   * Takes over what fits.
   *
   * @param from the trained model
   * @param to the model to be trained; its parameters are overwritten where {@code from} has them
   * @return an entry for each parameter of either model, and for the scaling of features, which
   *     {@link InitialScaling#taken} has put into {@code to} where it is taken
   * @throws StoreException if nothing fits
   */
  public static List<Entry> take(Model from, Model to) {
    WarmStart start = new WarmStart(from, to);
    Parameters parameters = to.parameters();
    for (int i = 0; i < parameters.count(); i++) {
      start.take(parameters.names().get(i), parameters.get(i));
    }
    for (String name : from.parameters().names()) {
      if (!parameters.names().contains(name)) {
        start.add(name, false, "only in the other model: left out");
      }
    }
    boolean taken = start.entries.stream().anyMatch(Entry::taken);
    start.entries.addAll(InitialScaling.entries(from, to.job()));
    if (!taken) {
      throw StoreException.of(
          "model.initial must have a parameter of this network, one of " + parameters.names(),
          from.parameters().names(),
          from.job().name(),
          "give a model with layers of the same cells and widths");
    }
    return start.entries;
  }

  /** What an axis counts: some symbols of a vocabulary, and what is no symbol behind them. */
  private record Symbols(Vocabulary vocabulary, HeadSpec.Rows rows) {
    static Symbols all(Vocabulary vocabulary) {
      return new Symbols(vocabulary, new HeadSpec.Rows(0, vocabulary.size(), 0));
    }

    /** Where each entry stands in another, -1 if it does not. */
    int[] placesIn(Symbols other) {
      int classes = rows.to() - rows.from();
      int[] places = new int[classes + rows.others()];
      for (int i = 0; i < classes; i++) {
        int found = find(rows.from() + i, other.vocabulary);
        places[i] =
            found < other.rows.from() || found >= other.rows.to() ? -1 : found - other.rows.from();
      }
      for (int i = 0; i < rows.others(); i++) {
        int last = other.rows.to() - other.rows.from();
        places[classes + i] = i < other.rows.others() ? last + i : -1;
      }
      return places;
    }

    private int find(int symbol, Vocabulary in) {
      String token = vocabulary.token(symbol);
      return vocabulary.isSpecial(symbol) ? in.kind().specials().indexOf(token) : in.find(token);
    }
  }

  private void add(String name, boolean taken, String what) {
    entries.add(new Entry(name, taken, what));
  }

  /** The name under which the other model has a parameter: a tied output weight is the table. */
  private String sourceOf(String name) {
    return from.job().model().tieEmbeddings() && name.equals("output.weight")
        ? "embedding.weight"
        : name;
  }

  private void take(String name, FMatrixRMaj target) {
    String sourceName = sourceOf(name);
    if (!from.parameters().names().contains(sourceName)) {
      add(name, false, "not in the other model: starts afresh");
      return;
    }
    if (name.startsWith("output.") && !sameOutput()) {
      add(name, false, "of other targets in the other model: starts afresh");
      return;
    }
    FMatrixRMaj source = from.parameters().get(sourceName);
    Symbols oldRows = rows(from, sourceName);
    Symbols newRows = rows(to, name);
    Symbols oldColumns = columns(from, name);
    Symbols newColumns = columns(to, name);
    boolean byRow = oldRows != null && newRows != null;
    boolean byColumn = oldColumns != null && newColumns != null;
    if (!byRow && source.numRows != target.numRows
        || !byColumn && source.numCols != target.numCols
        || byRow != (oldRows != null || newRows != null)
        || byColumn != (oldColumns != null || newColumns != null)) {
      add(
          name,
          false,
          String.format(
              Locale.ROOT,
              "%s here, %s in the other model: starts afresh",
              shape(target),
              shape(source)));
      return;
    }
    int[] rows = byRow ? newRows.placesIn(oldRows) : identity(target.numRows);
    int[] columns = byColumn ? newColumns.placesIn(oldColumns) : identity(target.numCols);
    for (int r = 0; r < rows.length; r++) {
      for (int c = 0; c < columns.length; c++) {
        if (rows[r] >= 0 && columns[c] >= 0) {
          target.set(r, c, source.get(rows[r], columns[c]));
        }
      }
    }
    matched(name, byRow ? rows : columns, byRow || byColumn);
  }

  private void matched(String name, int[] places, boolean byText) {
    int found = 0;
    for (int place : places) {
      found += place >= 0 ? 1 : 0;
    }
    String what =
        !byText || found == places.length
            ? "taken"
            : String.format(
                Locale.ROOT,
                "taken for %,d of %s; others start afresh",
                found,
                Counts.of(places.length, "entry"));
    String differences = OptionDifferences.of(name, from.job().model(), to.job().model());
    boolean note = found > 0 && !differences.isEmpty();
    add(name, found > 0, note ? what + "; note: from a layer with " + differences : what);
  }

  private static String shape(FMatrixRMaj matrix) {
    return matrix.numRows + " × " + matrix.numCols;
  }

  /** Whether the outputs are of one kind, and real values scaled alike. */
  private boolean sameOutput() {
    boolean values = to.targets().areValues();
    return values == from.targets().areValues()
        && (!values
            || from.job().model().output() == to.job().model().output()
                && from.targets().scaler().equals(to.targets().scaler()));
  }

  private static int[] identity(int size) {
    int[] places = new int[size];
    for (int i = 0; i < size; i++) {
      places[i] = i;
    }
    return places;
  }

  /** What the rows of a parameter count, null if units. */
  private static Symbols rows(Model model, String name) {
    if (name.startsWith("output.")) {
      HeadSpec.Rows rows = Tasks.output(model.job(), model.targets()).rows(name);
      return rows == null ? null : new Symbols(model.targets().names(), rows);
    }
    if (name.equals("characters.embedding.weight")) {
      return Symbols.all(model.inputs().characters());
    }
    List<DataConfig.Field> fields = InputCoding.symbols(model.job().data());
    for (int i = 0; i < fields.size(); i++) {
      String field = fields.get(i).name();
      String own = field.isEmpty() ? "embedding.weight" : "embedding." + field + ".weight";
      if (name.equals(own)) {
        return Symbols.all(model.inputs().vocabularies().get(i));
      }
    }
    return null;
  }

  /** What the columns of a parameter count, null if units: one-hot symbols, or tags. */
  private static Symbols columns(Model model, String name) {
    if (name.equals(CrfHead.TRANSITIONS)) {
      return Symbols.all(model.targets().names());
    }
    boolean oneHot =
        model.job().model().embedding() == 0
            && model.inputs().shape(model.job().data()).isOneSymbol();
    return oneHot && name.startsWith("layers.0.weight_ih")
        ? Symbols.all(model.inputs().first())
        : null;
  }
}
