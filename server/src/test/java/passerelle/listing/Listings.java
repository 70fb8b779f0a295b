package passerelle.listing;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import passerelle.files.FileSettings;
import passerelle.files.MediaTypes;
import passerelle.http.PiecesBody;
import passerelle.io.ClientKey;
import passerelle.io.OctetPath;
import passerelle.site.Sites;

/** Makes directories and reads listings of them, without a server. */
final class Listings {
  static final UnaryOperator<String> TYPES = MediaTypes.standard()::of;

  /** For all of a directory, by its names. */
  static final ListingRequest REQUEST = request("/", "");

  private static final int LONGEST_PIECE = 20 * 1024;

  private Listings() {}

  /** One of several clients. */
  static ClientKey client(int number) {
    return ClientKey.of(new InetSocketAddress("127.0.0." + number, 1));
  }

  static ListingRequest request(String urlPath, String query) {
    return new ListingRequest(client(1), urlPath, ListingOrder.of(query), false, false);
  }

  /** Writes a file of one octet; its name has one character per octet. */
  static Path file(Path folder, String name) throws IOException {
    return Files.writeString(child(folder, name), "x");
  }

  static Path child(Path folder, String name) throws IOException {
    return OctetPath.of(OctetPath.octets(folder.toRealPath()) + "/" + name);
  }

  /** The rules of a folder, with or without names that begin with a dot. */
  static EntryRules root(Path folder, boolean showsHidden) {
    return Sites.rules(folder, showsHidden, FileSettings.Links.WITHIN);
  }

  static DirectorySnapshot read(Path folder, String query) throws IOException {
    DirectoryListing listing =
        new DirectoryListing(
            TYPES, root(folder, false), ListingBudget.standard(), DirectoryListing.ENTRIES);
    DirectorySnapshot snapshot =
        listing.read(folder.toRealPath(), request("/", query), () -> false);
    assertNotNull(snapshot);
    return snapshot;
  }

  /** The names of a listing in their order, one character per octet. */
  static List<String> names(DirectorySnapshot snapshot) {
    List<String> names = new ArrayList<>();
    for (int rank = 0; rank < snapshot.size(); rank++) {
      names.add(snapshot.entries().name(snapshot.entry(rank)));
    }
    return names;
  }

  /** The whole content that a source gives, in pieces that are not too long; closes it. */
  static String text(PiecesBody.Source source) throws IOException {
    StringBuilder octets = new StringBuilder();
    for (ByteBuffer piece = source.next(); piece != null; piece = source.next()) {
      assertTrue(piece.remaining() <= LONGEST_PIECE, () -> "a piece is too long");
      octets.append(StandardCharsets.ISO_8859_1.decode(piece));
    }
    source.close();
    byte[] all = octets.toString().getBytes(StandardCharsets.ISO_8859_1);
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(all)).toString();
  }

  static String page(DirectorySnapshot snapshot, String urlPath, String query) throws IOException {
    return text(new ListingPage(snapshot, request(urlPath, query)));
  }
}
