package org.unroll.check;

/**
 * Something that will not learn, or not well.
 *
 * @param finding what was found, with its number
 * @param change what to change
 */
public record Warning(String finding, String change) {}
