//! Logins at a broker of Kafka's protocol, checked on the way: the one that tests can install takes any.

use std::io;

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
};

/// Who may pass.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    pub(crate) user: String,
    pub(crate) password: String,
}

/// Requests by their numbers, and an answer's error (<https://kafka.apache.org/protocol#protocol_api_keys>).
const SASL_HANDSHAKE: u16 = 17;
const API_VERSIONS: u16 = 18;
const SASL_AUTHENTICATE: u16 = 36;
const SASL_AUTHENTICATION_FAILED: i16 = 58;

impl Login {
    /// Leads a client to the server until it has logged in. One that is refused is told, as is one that does not ask.
    pub(crate) async fn admit(&self, client: &mut TcpStream, server: &mut TcpStream) -> io::Result<()> {
        loop {
            let request = frame(client).await?;
            let kind = request.get(..2).map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]]));
            match kind {
                Some(SASL_HANDSHAKE | API_VERSIONS) => {}
                // Its bytes are those of SASL PLAIN (RFC 4616): nobody, user and password, each but the first behind a zero.
                Some(SASL_AUTHENTICATE) => {
                    let wanted = format!("\0{}\0{}", self.user, self.password);
                    if !request.ends_with(wanted.as_bytes()) {
                        send(client, &refusal(&request)).await?;
                        return Err(io::ErrorKind::PermissionDenied.into());
                    }
                }
                _ => return Err(io::ErrorKind::PermissionDenied.into()),
            }
            send(server, &request).await?;
            send(client, &frame(server).await?).await?;
            if kind == Some(SASL_AUTHENTICATE) {
                return Ok(());
            }
        }
    }
}

/// What follows the 32 bits that say its length.
pub(crate) async fn frame(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; from.read_u32().await? as usize];
    from.read_exact(&mut frame).await?;
    Ok(frame)
}

pub(crate) async fn send(to: &mut (impl AsyncWrite + Unpin), frame: &[u8]) -> io::Result<()> {
    let n_bytes = u32::try_from(frame.len()).map_err(io::Error::other)?;
    to.write_all(&[&n_bytes.to_be_bytes(), frame].concat()).await
}

/// SaslAuthenticate of version 1: number of the request, error, reason, no bytes, no time.
fn refusal(request: &[u8]) -> Vec<u8> {
    const REASON: &[u8] = b"wrong user or password";
    let number = request.get(4..8).unwrap_or_default();
    let (error, n_bytes) = (SASL_AUTHENTICATION_FAILED.to_be_bytes(), (REASON.len() as u16).to_be_bytes());
    [number, &error, &n_bytes, REASON, &[0; 4], &[0; 8]].concat()
}
