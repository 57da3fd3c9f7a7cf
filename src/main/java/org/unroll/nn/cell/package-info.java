/** Recurrent cells: one file each, one line each in {@link org.unroll.nn.cell.Cells}. */
package org.unroll.nn.cell;
