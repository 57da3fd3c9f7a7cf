/**
 * Job files: HOCON text read into immutable, validated records.
 *
 * <p>Each key is declared once, as a record component with a {@link org.unroll.config.Key}
 * annotation: its type, default, range and one sentence of documentation. The reader, the rendering
 * of a resolved job and the table of keys in the documentation all come from that declaration, so
 * adding a key is adding one record component. Rules that join several keys stand in {@code
 * CombinationRules}.
 *
 * <p>The records are {@link java.io.Serializable} because they travel in Spark closures; they are
 * never stored that way. This package imports nothing else of the project.
 */
package org.unroll.config;
