package passerelle.files;

/**
 * Who waits for the disk.
 *
 * <p>Confined to the loop thread.
 *
 * @param checks compares files that are being sent with the disk; nothing that takes long goes
 *     there, so that it is always done in time
 * @param reads looks up, opens, reads and compresses files, and reads directories
 */
public record FileWorkers(DiskQueue checks, DiskQueue reads) {}
