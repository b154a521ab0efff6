//! A way to a server that can be cut.

use std::net::SocketAddr;

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// Takes connections at a port of its own and leads them to a server.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    server: String,
    connections: Option<JoinHandle<()>>,
}

impl Proxy {
    /// To the server of a URL with a user, and the URL that leads through here.
    ///
    /// # Panics
    /// If the URL has no user, or there is no free port.
    pub async fn to(url: &str) -> (Self, String) {
        let (login, server) = url.rsplit_once('@').expect("the URL has a user");
        let server = server.split('/').next().expect("there is a first").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let address = listener.local_addr().expect("it is bound");
        let mut proxy = Self { address, server, connections: None };
        proxy.serve(listener);
        (proxy, format!("{login}@{address}"))
    }

    fn serve(&mut self, listener: TcpListener) {
        let server = self.server.clone();
        self.connections = Some(tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((mut client, _)) = listener.accept().await {
                let server = server.clone();
                connections.spawn(async move {
                    if let Ok(mut server) = TcpStream::connect(server).await {
                        let _ = copy_bidirectional(&mut client, &mut server).await;
                    }
                });
            }
        }));
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
