package org.unroll.spark;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.unroll.data.Text;

/**
 * What the first bytes of a file say it is, where that is no text.
 *
 * @param what it is, with an article
 * @param remedy what to do about it
 */
record Signature(String what, Remedy remedy) {
  /** First bytes that a decision takes: a tar archive's mark stands far behind. */
  static final int HEAD_BYTES = 512;

  static final Signature GZIP = new Signature("gzip data", Remedy.NAME_GZ);
  static final Signature BZIP2 = new Signature("bzip2 data", Remedy.NAME_BZ2);
  static final Signature ZSTD = new Signature("zstd data", Remedy.DECOMPRESS);
  static final Signature ZLIB = new Signature("zlib data", Remedy.DECOMPRESS);
  static final Signature PARQUET = new Signature("a Parquet file", Remedy.PARQUET);
  private static final Signature TAR = new Signature("a tar archive", Remedy.UNPACK);
  private static final Signature UTF_16 = new Signature("UTF-16 text", Remedy.UTF_16);
  private static final Signature UTF_32 = new Signature("UTF-32 text", Remedy.UTF_32);
  private static final Signature SAFETENSORS = new Signature("safetensors data", Remedy.CONVERT);
  private static final Signature WORD2VEC =
      new Signature("word vectors in the binary format of word2vec", Remedy.WORD2VEC);
  private static final Signature BINARY = new Signature("binary data", Remedy.CONVERT);

  /** What helps. */
  enum Remedy {
    NAME_GZ("rename it to end in .gz"),
    NAME_BZ2("rename it to end in .bz2"),
    DECOMPRESS("decompress it, or compress it with gzip instead"),
    UNPACK("unpack it, and name the files that were in it"),
    PARQUET("set data.format = parquet, and name the columns"),
    CONVERT("write its content as text, JSON lines or Parquet"),
    EXPORT("save it as text, such as CSV"),
    UTF_16("convert it, as with iconv -f UTF-16 -t UTF-8"),
    UTF_32("convert it, as with iconv -f UTF-32 -t UTF-8"),
    POINTER("fetch the file itself, as with git lfs pull"),
    WORD2VEC(
        "write them as text, in gensim by KeyedVectors.load_word2vec_format(FILE, binary=True)"
            + ".save_word2vec_format(TEXT)"),
    FASTTEXT("give the vectors as text, the .vec file of the same name");

    private final String text;

    Remedy(String text) {
      this.text = text;
    }

    /**
     * In words.
     *
     * @param inside whether it was found when the file had been decompressed
     * @param rows whether the file should have held rows of data
     */
    String text(boolean inside, boolean rows) {
      boolean compressed = this == NAME_GZ || this == NAME_BZ2 || this == DECOMPRESS;
      if (inside && compressed) {
        return "decompress it once";
      }
      return this == PARQUET && (inside || !rows)
          ? "write its content as " + (rows ? "a Parquet file that is not compressed" : "text")
          : text;
    }
  }

  /** Bytes that only one kind of file begins with. */
  private record Magic(byte[] bytes, Signature signature) {
    boolean matches(byte[] head) {
      return Signature.matches(head, 0, bytes);
    }
  }

  private static final List<Magic> MAGICS =
      List.of(
          hex("1f8b08", GZIP),
          hex("28b52ffd", ZSTD),
          hex("fd377a585a00", new Signature("xz data", Remedy.DECOMPRESS)),
          hex("04224d18", new Signature("lz4 data", Remedy.DECOMPRESS)),
          hex("ff060000734e61507059", new Signature("snappy data", Remedy.DECOMPRESS)),
          hex("789c", ZLIB),
          hex("1f9d", new Signature("data of compress (.Z)", Remedy.DECOMPRESS)),
          text("LZIP\1", new Signature("lzip data", Remedy.DECOMPRESS)),
          hex("377abcaf271c", new Signature("a 7z archive", Remedy.UNPACK)),
          text("Rar!\32\7", new Signature("a rar archive", Remedy.UNPACK)),
          text("PK\3\4", new Signature("a zip archive", Remedy.UNPACK)),
          text("PK\5\6", new Signature("an empty zip archive", Remedy.UNPACK)),
          text("Obj\1", new Signature("an Avro file", Remedy.CONVERT)),
          text("ARROW1\0\0", new Signature("an Arrow or Feather file", Remedy.CONVERT)),
          text("SEQ\6", new Signature("a Hadoop sequence file", Remedy.CONVERT)),
          text("SQLite format 3\0", new Signature("an SQLite database", Remedy.EXPORT)),
          hex("894844460d0a1a0a", new Signature("an HDF5 file", Remedy.CONVERT)),
          hex("934e554d5059", new Signature("a NumPy array", Remedy.CONVERT)),
          hex("8002", new Signature("a Python pickle", Remedy.CONVERT)),
          hex("8003", new Signature("a Python pickle", Remedy.CONVERT)),
          hex("8004", new Signature("a Python pickle", Remedy.CONVERT)),
          hex("8005", new Signature("a Python pickle", Remedy.CONVERT)),
          text("MATLAB 5.0 MAT-file", new Signature("a Matlab file", Remedy.CONVERT)),
          hex("ba164f2f", new Signature("a binary model of fastText", Remedy.FASTTEXT)),
          text("%PDF-", new Signature("a PDF document", Remedy.EXPORT)),
          text("{\\rtf", new Signature("an RTF document", Remedy.EXPORT)),
          hex("d0cf11e0a1b11ae1", new Signature("an old Office document", Remedy.EXPORT)),
          hex("89504e470d0a1a0a", new Signature("a PNG image", Remedy.CONVERT)),
          hex("ffd8ff", new Signature("a JPEG image", Remedy.CONVERT)),
          text("version https://git-lfs", new Signature("a Git LFS pointer", Remedy.POINTER)),
          hex("fffe0000", UTF_32),
          hex("0000feff", UTF_32),
          hex("fffe", UTF_16),
          hex("feff", UTF_16));

  /** Letters that a text could begin with as well; then no bytes follow that no text has. */
  private static final List<Magic> LETTERS =
      List.of(
          text("PAR1", PARQUET),
          text("PARE", new Signature("an encrypted Parquet file", Remedy.CONVERT)),
          text("ORC", new Signature("an ORC file", Remedy.CONVERT)),
          text("FEA1", new Signature("a Feather file", Remedy.CONVERT)),
          text("GGUF", new Signature("a GGUF model", Remedy.CONVERT)));

  private static final byte[] BZ = {'B', 'Z', 'h'};
  private static final byte[] BZ_BLOCK = HexFormat.of().parseHex("314159265359");
  private static final byte[] BZ_END = HexFormat.of().parseHex("177245385090");

  private static Magic hex(String hex, Signature signature) {
    return new Magic(HexFormat.of().parseHex(hex), signature);
  }

  private static Magic text(String text, Signature signature) {
    return new Magic(text.getBytes(StandardCharsets.ISO_8859_1), signature);
  }

  /**
   * Recognises a file that should be text.
   *
   * @param head its first {@link #HEAD_BYTES}, or more, or all if there are fewer
   * @return empty where it may be text in UTF-8
   */
  static Optional<Signature> of(byte[] head) {
    return marked(head).or(() -> Optional.ofNullable(binary(head)));
  }

  /** Recognises a file that has a mark of its kind, and may be text or anything else if not. */
  static Optional<Signature> marked(byte[] head) {
    for (Magic magic : MAGICS) {
      if (magic.matches(head)) {
        return Optional.of(named(magic.signature(), head));
      }
    }
    boolean pure = controls(head, 0, Math.min(head.length, HEAD_BYTES)) == 0;
    for (Magic magic : LETTERS) {
      if (!pure && magic.matches(head)) {
        return Optional.of(magic.signature());
      }
    }
    // Behind its letters and a digit comes a block, or the end.
    if (matches(head, 0, BZ) && (matches(head, 4, BZ_BLOCK) || matches(head, 4, BZ_END))) {
      return Optional.of(BZIP2);
    }
    if (isTar(head)) {
      return Optional.of(TAR);
    }
    if (isSafetensors(head)) {
      return Optional.of(SAFETENSORS);
    }
    return isBinaryVectors(head) ? Optional.of(WORD2VEC) : Optional.empty();
  }

  /** Of archives that are documents or arrays, what they are. */
  private static Signature named(Signature signature, byte[] head) {
    if (!signature.what.equals("a zip archive")) {
      return signature;
    }
    int length = head.length < 30 ? 0 : (head[26] & 0xff) + 256 * (head[27] & 0xff);
    int to = Math.min(head.length, 30 + length);
    String first = to <= 30 ? "" : new String(head, 30, to - 30, StandardCharsets.UTF_8);
    if (first.endsWith(".npy")) {
      return new Signature("NumPy arrays (.npz)", Remedy.CONVERT);
    }
    if (first.endsWith("data.pkl")) {
      return new Signature("a PyTorch file", Remedy.CONVERT);
    }
    if (first.equals("[Content_Types].xml") || first.equals("mimetype")) {
      return new Signature("an Office document", Remedy.EXPORT);
    }
    return signature;
  }

  private static boolean matches(byte[] head, int at, byte[] bytes) {
    if (head.length < at + bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (head[at + i] != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  /** By its header's sum, for the oldest archives have no mark. */
  private static boolean isTar(byte[] head) {
    if (head.length < 512) {
      return false;
    }
    long sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += i >= 148 && i < 156 ? ' ' : head[i] & 0xff;
    }
    String octal = new String(head, 148, 8, StandardCharsets.ISO_8859_1).replace('\0', ' ').strip();
    return octal.matches("[0-7]{1,7}") && Long.parseLong(octal, 8) == sum;
  }

  /** The length of a header, then the header. */
  private static boolean isSafetensors(byte[] head) {
    return head.length > 9
        && head[4] == 0
        && head[5] == 0
        && head[6] == 0
        && head[7] == 0
        && head[8] == '{'
        && (head[9] == '"' || head[9] == '}');
  }

  /** The number of words and of their values, then words with their values as floats. */
  private static boolean isBinaryVectors(byte[] head) {
    int at = 0;
    while (at < Math.min(head.length, 32) && head[at] != '\n') {
      at++;
    }
    String first = new String(head, 0, at, StandardCharsets.ISO_8859_1);
    if (!first.matches("\\d+ \\d+ ?") || at == head.length) {
      return false;
    }
    return controls(head, at + 1, Math.min(head.length, at + 1 + HEAD_BYTES)) > 0;
  }

  /** Bytes that stand for no character of a text. */
  private static int controls(byte[] head, int from, int to) {
    int controls = 0;
    for (int i = from; i < to; i++) {
      controls += isControl(head[i]) ? 1 : 0;
    }
    return controls;
  }

  private static boolean isControl(byte b) {
    return b >= 0 && b < ' ' && (b < '\t' || b > '\r') && b != 0x1b;
  }

  /** What is full of bytes that text hardly has; null if it may be text. */
  private static Signature binary(byte[] head) {
    int length = Math.min(head.length, HEAD_BYTES);
    int[] nulls = new int[2];
    for (int i = 0; i < length; i++) {
      nulls[i % 2] += head[i] == 0 ? 1 : 0;
    }
    int controls = controls(head, 0, length);
    int all = nulls[0] + nulls[1];
    if (length >= 4 && all == Math.max(nulls[0], nulls[1]) && all > length / 4) {
      return UTF_16;
    }
    boolean binary = 16 * all >= length || 20 * controls >= length && !Text.mayBeUtf8(head, length);
    // A single one may have slipped into a text.
    return binary && controls > 1 ? BINARY : null;
  }
}
