/** Octets and where they go: no threads, no policy, no HTTP. */
package passerelle.io;
