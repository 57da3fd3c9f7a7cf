package org.unroll.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits. */
public final class Sha256 {
  private static final int BUFFER = 1 << 16;

  private Sha256() {}

  /** Of bytes. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  /** Of a text in UTF-8. */
  public static String hex(String text) {
    return hex(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Of what a stream still holds; does not close it. */
  public static String hex(InputStream in) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[BUFFER];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      digest.update(buffer, 0, read);
    }
    return hex(digest);
  }

  /** Of what a digest has taken in; resets it. */
  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Of a file.
   *
   * @throws StoreException if it cannot be read
   */
  public static String hex(Directory directory, String name) {
    try (InputStream in = directory.open(name)) {
      return hex(in);
    } catch (IOException e) {
      throw StoreException.io("read", directory.location(name), e);
    }
  }

  /**
   * Writes a file whole or not at all, and gives the SHA-256 of what it is to hold.
   *
   * @throws StoreException if it cannot be written
   */
  static String write(Directory directory, String name, ContentWriter writer) {
    MessageDigest digest = digest();
    directory.atomicWrite(
        name,
        out -> {
          // Object stores may call a writer again.
          digest.reset();
          OutputStream hashed = new DigestOutputStream(out, digest);
          writer.write(hashed);
          hashed.flush();
        });
    return hex(digest);
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must provide SHA-256", e);
    }
  }
}
