/**
 * What a run shows of itself: progress on the terminal, {@code metrics.jsonl}, TensorBoard event
 * files, and one HTML page with its curves.
 *
 * <p>Everything takes plain values, and the page can be drawn again from the files of a run. Only
 * the metrics file is read back; the rest is for people.
 */
package org.unroll.report;
