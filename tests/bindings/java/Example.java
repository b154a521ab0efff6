import com.acme.contracts.goodevent.EventException;
import com.acme.contracts.goodevent.Message;
import com.acme.contracts.goodevent.Metadata;
import com.acme.contracts.goodevent.Received;
import com.acme.contracts.subscriptions.SubscriptionTerminatedV1Event;
import java.util.Optional;

/** The example of the documentation. */
public final class Example {
    private Example() {}

    private static void send(String topic, Optional<String> key, byte[] body) {
        System.out.print(topic + " " + (body.length > 0 ? key.orElse("") : ""));
    }

    private static void handle(SubscriptionTerminatedV1Event event, Optional<String> id) {
        System.out.println(event.subscriptionId().isEmpty() || id.isEmpty() ? " lost" : " handled");
    }

    private static void deadLetter(byte[] body, String rule, String message) {
        throw new AssertionError(body.length + rule + message);
    }

    /**
     * Runs the example.
     *
     * @param args none
     */
    public static void main(String[] args) {
        // EXAMPLE
    }
}
