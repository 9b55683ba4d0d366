import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.io.InputStream;
import java.util.List;

/**
 * A second MongoDB wire server for the tests, in memory, on a loopback port: it keeps BSON types, views and TTL indexes that FerretDB does not know.
 * It prints its URI once it listens, and ends when its standard input closes, so that it never outlives who started it.
 */
public final class Main {

    /** What it reports by itself is wire version 8, and today's drivers want 9, which is MongoDB 4.4's. */
    private static final MongoVersion VERSION = new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(4, 4, 0);
        }

        @Override
        public int getWireVersion() {
            return 9;
        }
    };

    public static void main(String[] arguments) throws Exception {
        int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 0;
        MongoServer server = new MongoServer(new MemoryBackend().version(VERSION));
        server.bind("127.0.0.1", port);
        System.out.println("mongodb://127.0.0.1:" + server.getLocalAddress().getPort() + "/");
        System.out.flush();
        InputStream parent = System.in;
        while (parent.read() >= 0) {
            // Nothing is said on it: its end is the message.
        }
        server.shutdownNow();
        System.exit(0);
    }
}
