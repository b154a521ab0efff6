//! A way to a server that can be cut, and that can fall silent.

use std::{future::pending, io, net::SocketAddr, pin::pin};

use goodevent_runtime::conformance::Gate;
use tokio::{
    io::{copy, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use crate::login::{Login, frame, send};

/// Takes connections at a port of its own and leads them to a server.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    way: Way,
    connections: Option<JoinHandle<()>>,
    silence: watch::Sender<()>,
}

/// Where connections go.
#[derive(Debug, Clone)]
struct Way {
    server: String,
    /// How the server names its own place in its answers, and what is put there instead.
    place: Option<(Vec<u8>, Vec<u8>)>,
    /// Who may pass; anybody if it is none.
    login: Option<Login>,
}

impl Proxy {
    /// To the server of a URL with a user, and the URL that leads through here.
    ///
    /// # Panics
    /// If the URL has no user, or there is no free port.
    pub async fn to(url: &str) -> (Self, String) {
        let (login, server) = url.rsplit_once('@').expect("the URL has a user");
        let server = server.split('/').next().expect("there is a first").to_owned();
        let listener = listener().await;
        let proxy = Self::start(listener, |_| Way { server, place: None, login: None });
        let url = format!("{login}@{}", proxy.address);
        (proxy, url)
    }

    /// To a broker of Kafka's protocol at an IP address and a port, and the address that leads through here.
    ///
    /// Clients of Kafka go where the broker says that it is, so that it is made to say that it is here.
    ///
    /// # Panics
    /// If that is no address, or there is no free port.
    pub async fn to_kafka(server: &str) -> (Self, String) {
        let broker: SocketAddr = server.parse().expect("it is an IP address with a port");
        let place = |address| Some((named(broker), named(address)));
        let way = |address| Way { server: server.to_owned(), place: place(address), login: None };
        let proxy = Self::start(listener().await, way);
        let address = proxy.address.to_string();
        (proxy, address)
    }

    fn start(listener: TcpListener, way: impl FnOnce(SocketAddr) -> Way) -> Self {
        let address = listener.local_addr().expect("it is bound");
        let mut proxy = Self { address, way: way(address), connections: None, silence: watch::Sender::new(()) };
        proxy.serve(listener);
        proxy
    }

    fn serve(&mut self, listener: TcpListener) {
        let (way, silence) = (self.way.clone(), self.silence.clone());
        self.connections = Some(tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let (way, mut silence) = (way.clone(), silence.subscribe());
                connections.spawn(async move {
                    let mut leading = pin!(way.lead(client));
                    tokio::select! {
                        // It ends with one of its sides, and with any trouble.
                        _ = &mut leading => {}
                        _ = silence.changed() => pending().await,
                    }
                });
            }
        }));
    }

    /// Lets another user in, and nobody else; who is in has to come again.
    ///
    /// # Panics
    /// If the port was taken meanwhile.
    pub async fn admit(&mut self, user: &str, password: &str) {
        self.cut().await;
        self.way.login = Some(Login { user: user.to_owned(), password: password.to_owned() });
        self.open().await;
    }

    /// Leads nothing any more over the connections that there are, as a network that has forgotten them; new ones are well.
    pub fn silence(&self) {
        self.silence.send_replace(());
    }

    /// Ends all connections, and takes no new ones.
    pub async fn cut(&mut self) {
        if let Some(connections) = self.connections.take() {
            connections.abort();
            let _ = connections.await;
        }
    }

    /// Takes connections again.
    ///
    /// # Panics
    /// If the port was taken meanwhile.
    pub async fn open(&mut self) {
        self.serve(TcpListener::bind(self.address).await.expect("the port is still free"));
    }
}

impl Gate for Proxy {
    async fn cut(&mut self) {
        Self::cut(self).await;
    }

    async fn restore(&mut self) {
        self.open().await;
    }

    fn silence(&mut self) {
        Self::silence(self);
    }
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("there is a free port")
}

/// A broker's place as Kafka's protocol has it: the text of its host, behind whose length we do not look, and its port
/// ([Metadata and FindCoordinator](https://kafka.apache.org/protocol#The_Messages_Metadata)).
fn named(address: SocketAddr) -> Vec<u8> {
    [address.ip().to_string().as_bytes(), &u32::from(address.port()).to_be_bytes()].concat()
}

impl Way {
    async fn lead(&self, mut client: TcpStream) -> io::Result<()> {
        let mut server = TcpStream::connect(&self.server).await?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        if let Some(login) = &self.login {
            login.admit(&mut client, &mut server).await?;
        }
        let Some((theirs, ours)) = &self.place else {
            return copy_bidirectional(&mut client, &mut server).await.map(drop);
        };
        let (mut from_client, mut to_client) = client.split();
        let (mut from_server, mut to_server) = server.split();
        let back = async {
            // Where brokers are stands at an answer's beginning.
            const BEGINNING: usize = 256;
            loop {
                let mut answer = frame(&mut from_server).await?;
                let beginning = &answer[..answer.len().min(BEGINNING)];
                if let Some(at) = beginning.windows(theirs.len()).position(|place| place == theirs) {
                    answer[at..at + ours.len()].copy_from_slice(ours);
                }
                send(&mut to_client, &answer).await?;
            }
        };
        tokio::select! {
            ended = back => ended,
            ended = copy(&mut from_client, &mut to_server) => ended.map(drop),
        }
    }
}
