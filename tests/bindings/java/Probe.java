import goodevent.Contract;
import goodevent.EventException;
import goodevent.Json;
import goodevent.Num;
import goodevent.Violation;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prints what the generated code says of each payload of {@code cases.json}, a line each. */
public final class Probe {
    private static final Map<String, Map<String, Contract<?>>> MODULES = new HashMap<>();

    private Probe() {}

    /**
     * Runs the probe.
     *
     * @param args none
     * @throws Exception if the cases cannot be read
     */
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        Json cases = Json.parse(Files.readString(Path.of("cases.json")));
        for (Json own : ((Json.Items) cases).items()) {
            out.println(said(contract(text(own, "/module"), text(own, "/contract")), own.at("/payload").orElseThrow()));
        }
        out.flush();
    }

    private static String text(Json value, String pointer) {
        return ((Json.Text) value.at(pointer).orElseThrow()).value();
    }

    private static Contract<?> contract(String module, String name) throws ReflectiveOperationException {
        Map<String, Contract<?>> contracts = MODULES.get(module);
        if (contracts == null) {
            contracts = new HashMap<>();
            String prefix = module.isEmpty() ? "" : module + ".";
            Object all = Class.forName(prefix + "PACKAGE.Contracts").getField("CONTRACTS").get(null);
            for (Object own : (List<?>) all) {
                Contract<?> contract = (Contract<?>) own;
                contracts.put(contract.name(), contract);
            }
            MODULES.put(module, contracts);
        }
        return contracts.get(name);
    }

    private static byte[] bytes(Json payload) {
        List<Json> items = ((Json.Items) payload).items();
        byte[] bytes = new byte[items.size()];
        for (int nth = 0; nth < bytes.length; nth += 1) {
            bytes[nth] = (byte) ((Num) items.get(nth)).doubleValue();
        }
        return bytes;
    }

    private static <T> Json said(Contract<T> contract, Json payload) {
        Map<String, Json> said = new LinkedHashMap<>();
        byte[] bytes = payload instanceof Json.Text
            ? ((Json.Text) payload).value().getBytes(StandardCharsets.UTF_8) : bytes(payload);
        EventException unread = null;
        try {
            List<Json> violations = new ArrayList<>();
            for (Violation own : contract.violations(bytes)) {
                violations.add(Json.of(Map.of(
                    "pointer", Json.of(own.pointer()), "keyword", Json.of(own.keyword()), "expected", Json.of(own.expected()),
                    "found", Json.of(own.found()))));
            }
            said.put("violations", Json.of(violations.toArray(Json[]::new)));
        } catch (EventException error) {
            unread = error;
            said.put("rule", Json.of(error.rule()));
            said.put("message", Json.of(error.getMessage()));
        }
        T event;
        try {
            event = contract.decode(bytes);
        } catch (EventException error) {
            boolean isSame = unread == null
                ? said.get("violations").equals(violations(error))
                : unread.getMessage().equals(error.getMessage());
            said.put("isDecoded", isSame ? Json.of(false) : Json.of("with another error: " + error.getMessage()));
            return Json.of(said);
        }
        said.put("isDecoded", Json.of(true));
        try {
            said.put("id", Json.of(contract.id(event)));
            said.put("encoded", Json.of(contract.encode(event)));
            boolean isEqual = contract.decode(contract.encode(event)).equals(event) && event.toString() != null
                && contract.decode(new String(bytes, StandardCharsets.UTF_8)).equals(event);
            if (!isEqual) {
                said.put("isDecoded", Json.of("to an event that is not equal to itself"));
            }
        } catch (EventException error) {
            said.remove("id");
        }
        return Json.of(said);
    }

    private static Json violations(EventException error) {
        List<Json> violations = new ArrayList<>();
        for (Violation own : error.violations()) {
            violations.add(Json.of(Map.of(
                "pointer", Json.of(own.pointer()), "keyword", Json.of(own.keyword()), "expected", Json.of(own.expected()),
                "found", Json.of(own.found()))));
        }
        return Json.of(violations.toArray(Json[]::new));
    }
}
