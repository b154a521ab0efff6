//! Input that was made to hurt: refused quickly, with little stack and memory.

use contracts::idmsvc::TodoCreatedV1Event;
use goodevent::{Error, Event, Json};

fn refused(bytes: &[u8]) -> Error {
    let bytes = bytes.to_vec();
    // A small stack: nothing here may depend on a large one.
    let thread = std::thread::Builder::new().stack_size(512 << 10);
    let outcome = thread.spawn(move || {
        let borrowed = TodoCreatedV1Event::decode_borrowed(&bytes).map(drop);
        assert_eq!(borrowed.is_err(), TodoCreatedV1Event::violations(&bytes).map_or(true, |found| !found.is_empty()));
        TodoCreatedV1Event::decode(&bytes)
    });
    outcome.expect("a thread starts").join().expect("no decoder panics").expect_err("the input is hostile")
}

#[test]
fn a_huge_message_is_refused_unread() {
    let error = refused(&vec![b'['; 100 << 20]);
    assert_eq!(error, Error::TooLarge { n_bytes: 100 << 20, max_bytes: 65_536 });
    let archived = TodoCreatedV1Event::decode_archived(&vec![b'['; 2 << 20]);
    assert_eq!(archived, Err(Error::TooLarge { n_bytes: 2 << 20, max_bytes: 1 << 20 }));
}

#[test]
fn deep_nesting_is_refused() {
    for bracket in ["[", "{\"a\":"] {
        let deep = bracket.repeat(10_000);
        assert!(matches!(refused(deep.as_bytes()), Error::NotJson { .. }));
        assert_eq!(Json::parse(deep.as_bytes()), None);
    }
    let fits = "[".repeat(128) + &"]".repeat(128);
    assert!(Json::parse(fits.as_bytes()).is_some());
    assert!(Json::parse(format!("[{fits}]").as_bytes()).is_none());
}

#[test]
fn numbers_strings_and_names_without_end_are_refused() {
    let digits = "9".repeat(60_000);
    refused(format!("{{\"todoId\":{digits}}}").as_bytes());
    refused(format!("{{\"todoId\":1e{digits}}}").as_bytes());
    refused(format!("{{\"title\":\"{}", "x".repeat(60_000)).as_bytes());
    refused(format!("{{{}\"a\":1}}", "\"a\":1,".repeat(9_000)).as_bytes());
    refused(b"{\"title\":\"\\ud800\"}");
    refused(b"{\"title\":\"\xff\"}");
    refused(b"");
}
