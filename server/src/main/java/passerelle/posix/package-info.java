/** The one binding to the C library: descriptors, poll sets, pipes, files along real paths. */
package passerelle.posix;
