//! Records that no client of Kafka's protocol lets through, written to the broker byte by byte.

use std::time::{SystemTime, UNIX_EPOCH};

use tokio::net::TcpStream;

use crate::login::{frame, send};

/// A record as a stranger may write it.
#[derive(Debug, Clone, Copy)]
pub struct Record<'r> {
    /// The key.
    pub key: &'r [u8],
    /// Names and values of the headers.
    pub headers: &'r [(&'r [u8], &'r [u8])],
    /// The body.
    pub body: &'r [u8],
}

/// Writes a record into partition 0 of a topic, and waits until the broker has it.
///
/// # Panics
/// If the broker at this address can't be reached, or refuses the record.
pub async fn produce(address: &str, topic: &str, record: Record<'_>) {
    let mut broker = TcpStream::connect(address).await.expect("the broker runs");
    send(&mut broker, &request(topic, &batch(record))).await.expect("the broker reads");
    let answer = frame(&mut broker).await.expect("the broker answers");
    // Number of the request, one topic with its name, one partition with its number, and what is wrong.
    let error = answer.get(4 + 4 + 2 + topic.len() + 4 + 4..).and_then(|rest| rest.get(..2));
    assert_eq!(error, Some([0, 0].as_slice()), "the broker refuses the record: {answer:?}");
}

/// Produce of version 3 (<https://kafka.apache.org/protocol#The_Messages_Produce>).
fn request(topic: &str, batch: &[u8]) -> Vec<u8> {
    const PRODUCE: i16 = 0;
    const ALL_REPLICAS: i16 = -1;
    const NONE: i16 = -1;
    const TIMEOUT_MS: i32 = 30_000;
    let length = |bytes: &[u8]| i32::try_from(bytes.len()).expect("a record is small").to_be_bytes();
    let name = [&(topic.len() as u16).to_be_bytes(), topic.as_bytes()].concat();
    [
        // Number of the request, and no name of the client.
        [PRODUCE.to_be_bytes(), 3_i16.to_be_bytes(), [0, 0], [0, 1], NONE.to_be_bytes()].concat(),
        // No transaction.
        [NONE.to_be_bytes(), ALL_REPLICAS.to_be_bytes()].concat(),
        TIMEOUT_MS.to_be_bytes().to_vec(),
        // One topic, and of it one partition, number 0.
        [1_i32.to_be_bytes().as_slice(), &name, &1_i32.to_be_bytes(), &0_i32.to_be_bytes(), &length(batch), batch]
            .concat(),
    ]
    .concat()
}

/// A batch of one record, of version 2 (<https://kafka.apache.org/documentation/#recordbatch>).
fn batch(record: Record<'_>) -> Vec<u8> {
    // The broker removes records that are older than the topic keeps them.
    let time_ms = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970").as_millis() as i64;
    let record = encoded(record);
    let checked = [
        // Attributes, and how far the last offset lies behind the first.
        [0; 6].to_vec(),
        [time_ms.to_be_bytes(); 2].concat(),
        // Neither a producer, nor its epoch, nor a sequence.
        vec![0xFF; 8 + 2 + 4],
        1_i32.to_be_bytes().to_vec(),
        varint(record.len() as i64),
        record,
    ]
    .concat();
    // The epoch of the leader, which is not known, and the version.
    let behind_length = [[0xFF; 4].as_slice(), &[2], &crc32c(&checked).to_be_bytes(), &checked].concat();
    [[0; 8].as_slice(), &(behind_length.len() as u32).to_be_bytes(), &behind_length].concat()
}

fn encoded(record: Record<'_>) -> Vec<u8> {
    let text = |bytes: &[u8]| [varint(bytes.len() as i64), bytes.to_vec()].concat();
    let headers = record.headers.iter().flat_map(|(name, value)| [text(name), text(value)]);
    // Attributes, and how far time and offset lie behind the first.
    let before = [vec![0, 0, 0], text(record.key), text(record.body), varint(record.headers.len() as i64)];
    before.into_iter().chain(headers).flatten().collect()
}

/// A number as [Protocol Buffers](https://protobuf.dev/programming-guides/encoding/#signed-ints) writes signed ones.
fn varint(number: i64) -> Vec<u8> {
    let mut rest = ((number << 1) ^ (number >> 63)) as u64;
    let mut bytes = Vec::new();
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

/// The checksum of batches ([RFC 3720 §B.4](https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4) has test vectors).
fn crc32c(bytes: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0x82F6_3B78;
    let step = |crc: u32, _| (crc >> 1) ^ (POLYNOMIAL & (crc & 1).wrapping_neg());
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_rfc() {
        assert_eq!(crc32c(&[0; 32]), 0x8A91_36AA);
        assert_eq!(crc32c(&[0xFF; 32]), 0x62A8_AB43);
    }
}
