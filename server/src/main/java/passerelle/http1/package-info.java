/** HTTP/1.1 on the wire (RFC 9112): parsing, framing, persistence, and the connection's machine. */
package passerelle.http1;
