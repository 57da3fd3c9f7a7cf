/** The commands: they wire everything together and turn every ending into an exit code. */
package org.unroll.cli;
