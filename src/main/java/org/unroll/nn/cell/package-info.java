/**
 * Recurrent cells: one file each, and one line each in {@link org.unroll.nn.cell.Cells}, which maps
 * the {@code cell} of a job file's layer to it.
 */
package org.unroll.nn.cell;
