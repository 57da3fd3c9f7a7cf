package org.unroll.data;

import java.util.List;

/**
 * What is used of a record, as tokens.
 *
 * @param tokens of the text, at least one
 * @param targets one label, or one tag per token, or empty for a language model
 * @param whole whether the text is there to its end; otherwise it was truncated
 */
public record TokenRow(List<String> tokens, List<String> targets, boolean whole) {}
