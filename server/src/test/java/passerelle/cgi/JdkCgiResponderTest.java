package passerelle.cgi;

import passerelle.io.TemporaryFiles;
import passerelle.process.Launcher;

/** The same where there are no native calls. */
final class JdkCgiResponderTest extends CgiResponderTest {
  @Override
  Launcher launcher() {
    return Launcher.byJdk(TemporaryFiles.PLAIN);
  }
}
