package passerelle.bench;

/**
 * The request heads that are parsed.
 *
 * <p>Immutable.
 */
public enum RequestHeads {
  /** What a load generator sends. */
  SMALL("/1k.html", "Host: 127.0.0.1:8080\n"),

  /** What a browser sends: about 700 octets, 14 fields, a cookie among them. */
  BROWSER(
      "/files/pictures/footbridge.svg",
      """
      Host: www.example.org:8080
      User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0
      Accept: image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5
      Accept-Language: en-GB,en;q=0.7,fr;q=0.3
      Accept-Encoding: gzip, deflate, br, zstd
      Referer: http://www.example.org:8080/files/index.html
      Connection: keep-alive
      Cookie: session=7f3c9a1e5b8d4260a7c1e9f2d4b6083a; theme=dark
      Sec-Fetch-Dest: image
      Sec-Fetch-Mode: no-cors
      Sec-Fetch-Site: same-origin
      If-Modified-Since: Mon, 06 Jul 2026 08:49:37 GMT
      If-None-Match: "183c5d9e1f2a6b00-4a3-1b2f9c"
      Priority: u=5, i
      """),

  /** A head with forty fields, as it comes through a row of proxies. */
  FORTY_FIELDS("/", "Host: www.example.org\nX-Forwarded-Note: a value of 24 octets..\n", 39);

  private final String path;
  private final String text;
  private final int fieldLines;

  RequestHeads(String path, String lines) {
    this(path, lines, 1);
  }

  /** The first line once, the rest {@code times} times. */
  RequestHeads(String path, String lines, int times) {
    int rest = lines.indexOf('\n') + 1;
    String fields = lines.substring(0, rest).strip() + '\n' + lines.substring(rest).repeat(times);
    this.path = path;
    this.fieldLines = (int) fields.lines().count();
    this.text = "GET " + path + " HTTP/1.1\r\n" + fields.replace("\n", "\r\n") + "\r\n";
  }

  /** The path that is asked for. */
  String path() {
    return path;
  }

  /** The value of its first field, which is Host. */
  String host() {
    return text.substring(text.indexOf("Host: ") + 6, text.indexOf("\r\n", text.indexOf("Host: ")));
  }

  /** The whole head, the empty line included. */
  String text() {
    return text;
  }

  /** How many field lines it has. */
  int fieldLines() {
    return fieldLines;
  }
}
