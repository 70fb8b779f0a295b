package passerelle.files;

/**
 * Who waits for the disk, and what holds what they read.
 *
 * <p>Confined to the loop thread.
 *
 * @param checks compares files that are being sent with the disk; nothing that takes long goes
 *     there, so that it is always done in time
 * @param reads looks up, opens, reads and compresses files, and reads directories
 * @param store holds what is open and in memory; several sites may share it
 */
public record FileWorkers(DiskQueue checks, DiskQueue reads, FileStore store) {
  /** Workers with a store of their own, of the standard budget. */
  public FileWorkers(DiskQueue checks, DiskQueue reads) {
    this(checks, reads, new FileStore(FileBudget.standard()));
  }
}
