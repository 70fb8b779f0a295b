/**
 * Other Java servers, set up to serve a directory as fast as each of them can with one thread for
 * its connections, so that they can be measured beside ours.
 */
package passerelle.bench.peers;
