/**
 * What every version of HTTP needs below its semantics and above the transport: buffers, deadlines,
 * limits, the request target and the authority.
 */
package passerelle.wire;
