import com.acme.contracts.Contracts;
import com.acme.contracts.goodevent.Contract;
import com.acme.contracts.goodevent.EventException;
import com.acme.contracts.goodevent.Message;
import com.acme.contracts.goodevent.Metadata;
import com.acme.contracts.goodevent.Received;
import com.acme.contracts.names.NameRequestPaidV1Event;
import com.acme.contracts.subscriptions.SubscriptionTerminatedV1Event;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A service that publishes and consumes events. */
public final class Consumer {
    private Consumer() {}

    private static void check(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    private static EventException rejected(Runnable act) {
        try {
            act.run();
        } catch (EventException error) {
            return error;
        }
        throw new AssertionError("nothing was rejected");
    }

    private static void isOther(Runnable act, String rule, String words) {
        EventException error = rejected(act);
        check(error.rule().equals(rule) && error.getMessage().equals(words), error.getMessage());
        check(error.violations().isEmpty(), "another message violates nothing");
    }

    /**
     * Runs the service.
     *
     * @param args none
     */
    public static void main(String[] args) {
        Contract<SubscriptionTerminatedV1Event> contract = SubscriptionTerminatedV1Event.CONTRACT;
        SubscriptionTerminatedV1Event terminated = SubscriptionTerminatedV1Event.builder()
            .subscriptionId("8a52c8af-2408-486f-ba4a-d277079de2b0")
            .licenseKey("OCT-00412973")
            .reason(SubscriptionTerminatedV1Event.Reason.PAYMENT_FAILURE)
            .terminatedTimeUtc("2021-11-08T12:33:00Z")
            .build();

        // A message goes out in the envelope of its context and comes back.
        String activity = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        Message message = contract.message(terminated, Metadata.of("Octofront").withActivity(activity));
        Received<SubscriptionTerminatedV1Event> received = contract.open(message.bytes());
        check(received.payload().equals(terminated), "the payload comes back");
        check(received.id().orElseThrow().equals(contract.id(terminated)), "the id is that of the payload");
        check(message.id().equals(contract.id(terminated)), "the id is that of the payload");
        check(received.source().orElseThrow().equals("Octofront"), "the metadata comes back");
        check(received.activity().orElseThrow().equals(activity), "the metadata comes back");
        check(message.partitionKey().orElseThrow().equals(terminated.subscriptionId()), "events of a subscription stay in order");
        check(contract.topic().equals("subscriptions") && contract.version() == 1, "the contract has its facts");

        // A CloudEvent likewise, also with its data in base64.
        String text = "{\"nameRequestNumber\":\"NR 1234567\",\"paymentId\":1205,\"fee\":{\"amountCents\":3150,\"currency\":\"CAD\"},"
            + "\"isPriority\":false,\"paidTimeUtc\":\"2026-11-20T17:45:12Z\"}";
        NameRequestPaidV1Event paid = NameRequestPaidV1Event.CONTRACT.decode(text);
        Message cloudEvent = NameRequestPaidV1Event.CONTRACT.message(paid, Metadata.of("/names"));
        check(NameRequestPaidV1Event.CONTRACT.open(cloudEvent.body()).payload().fee().amountCents() == 3150, "the fee comes back");
        String base64 = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        String head = cloudEvent.body().substring(0, cloudEvent.body().indexOf(",\"data\":"));
        String packed = head + ",\"data_base64\":\"" + base64 + "\"}";
        check(NameRequestPaidV1Event.CONTRACT.open(packed).payload().equals(paid), "base64 is decoded");
        for (String bad : List.of(packed.replace(base64, "e2"), packed.replace(base64, "ew=="),
            packed.replace("application/json", "text/plain"), head + ",\"data\":" + text + packed.substring(head.length()))) {
            check(rejected(() -> NameRequestPaidV1Event.CONTRACT.open(bad)).rule().equals("attribute"), "refused base64");
        }

        // A payload that violates the contract is neither written nor read, and the reason names the place.
        SubscriptionTerminatedV1Event mistyped = new SubscriptionTerminatedV1Event(
            terminated.subscriptionId(), "OCT-1", terminated.reason(), terminated.terminatedTimeUtc());
        EventException wrong = rejected(() -> contract.encode(mistyped));
        check(wrong.rule().equals("pattern") && wrong.violation().orElseThrow().pointer().equals("/licenseKey"), wrong.getMessage());
        EventException late = rejected(() -> contract.open(message.body().replace("00Z", "60Z")));
        check(late.violations().get(0).pointer().equals("/payload/terminatedTimeUtc"), late.getMessage());
        String other = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/names\",\"type\":\"A\",\"datacontenttype\":\"image/png\","
            + "\"data_base64\":\"/9g=\"}";
        isOther(() -> contract.open(cloudEvent.body()), "other-envelope",
            "this is a CloudEvent of `NameRequestPaidV1`, an Octopus envelope of `SubscriptionTerminatedV1` was expected");
        isOther(() -> contract.open(contract.encode(terminated)), "other-envelope",
            "this is a message without an envelope, an Octopus envelope of `SubscriptionTerminatedV1` was expected");
        isOther(() -> contract.decode(message.body()), "other-envelope",
            "this is an Octopus envelope of `SubscriptionTerminatedV1`, the payload of `SubscriptionTerminatedV1` alone was expected");
        isOther(() -> contract.open(message.body().replace("SubscriptionTerminatedV1", "SubscriptionRenewedV1")), "other-type",
            "this is `SubscriptionRenewedV1`, `SubscriptionTerminatedV1` was expected");
        isOther(() -> contract.open(message.body().replace("SubscriptionTerminatedV1", "anna@example.com")), "other-type",
            "this is an event of another type, `SubscriptionTerminatedV1` was expected");
        isOther(() -> NameRequestPaidV1Event.CONTRACT.open(other), "other-type", "this is `A`, `NameRequestPaidV1` was expected");
        check(rejected(() -> contract.decode("{")).rule().equals("not-json"), "half a text is not JSON");
        check(rejected(() -> contract.decode("\"\ud800\"")).rule().equals("not-json"), "half a character is not Unicode");
        check(rejected(() -> contract.decode(new byte[] {0x22, (byte) 0xff, 0x22})).rule().equals("not-utf8"), "bytes are UTF-8");
        check(rejected(() -> contract.decode(" ".repeat(70_000))).rule().equals("too-large"), "64 KiB are enough");
        check(rejected(() -> contract.message(terminated, Metadata.of(""))).violations().get(0).pointer().equals("/source"),
            "a source has a name");
        byte[] deep = ("[".repeat(60_000)).getBytes(StandardCharsets.UTF_8);
        check(rejected(() -> contract.violations(deep)).getMessage().contains("nested deeper"), "no stack overflows");
        check(contract.violations("{}").size() == 1, "violations are listed");

        // Tables of contracts serve consumers that know the type of an event only at run time.
        Map<String, Contract<?>> byType = new HashMap<>();
        Contracts.CONTRACTS.forEach(own -> byType.put(own.type(), own));
        check(byType.get("SubscriptionTerminatedV1") == contract, "each contract is listed by its type");
        System.out.println("all is well");
    }
}
