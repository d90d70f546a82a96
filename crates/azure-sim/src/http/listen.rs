//! The accept loops: TLS handshakes beside one another, plain connections for pages, all of which can be cut on purpose.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Longest time a client may take for its handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// A listener for axum that yields finished TLS connections.
pub(crate) struct TlsListener {
    ready: mpsc::Receiver<(Conn<TlsStream<TcpStream>>, Peer)>,
    local: SocketAddr,
}

impl TlsListener {
    /// Starts accepting; ends with the returned task or when the listener is dropped.
    pub(crate) fn start(
        listener: TcpListener,
        acceptor: TlsAcceptor,
    ) -> io::Result<(Self, tokio::task::JoinHandle<()>)> {
        let local = listener.local_addr()?;
        let (send, ready) = mpsc::channel(64);
        let task = tokio::spawn(async move {
            while !send.is_closed() {
                let Ok((tcp, address)) = listener.accept().await else {
                    tokio::task::yield_now().await;
                    continue;
                };
                let (send, acceptor) = (send.clone(), acceptor.clone());
                tokio::spawn(async move {
                    let _ = tcp.set_nodelay(true);
                    if let Ok(Ok(tls)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(tcp)).await
                    {
                        let cut = Cut::default();
                        let conn = Conn {
                            stream: tls,
                            cut: cut.clone(),
                        };
                        let peer = Peer {
                            address,
                            cut,
                            plain: false,
                        };
                        let _ = send.send((conn, peer)).await;
                    }
                });
            }
        });
        Ok((Self { ready, local }, task))
    }
}

impl Listener for TlsListener {
    type Io = Conn<TlsStream<TcpStream>>;
    type Addr = Peer;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(ready) => ready,
            // The accept loop has ended; axum stops by its own signal.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(Peer {
            address: self.local,
            cut: Cut::default(),
            plain: false,
        })
    }
}

/// Who is at the other end, and the way to hang up on them.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    #[allow(dead_code, reason = "shown by Debug in logs")]
    address: SocketAddr,
    pub(crate) cut: Cut,
    /// Came without TLS.
    pub(crate) plain: bool,
}

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        stream.remote_addr().clone()
    }
}

/// A listener for axum without TLS, for pages.
pub(crate) struct PlainListener(pub(crate) TcpListener);

impl Listener for PlainListener {
    type Io = Conn<TcpStream>;
    type Addr = Peer;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        let cut = Cut::default();
        let peer = Peer {
            address,
            cut: cut.clone(),
            plain: true,
        };
        (Conn { stream, cut }, peer)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(Peer {
            address: self.0.local_addr()?,
            cut: Cut::default(),
            plain: true,
        })
    }
}

impl Connected<IncomingStream<'_, PlainListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, PlainListener>) -> Self {
        stream.remote_addr().clone()
    }
}

/// Once set, the connection is reset instead of written to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cut(Arc<AtomicBool>);

impl Cut {
    pub(crate) fn now(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A connection that can be cut.
pub(crate) struct Conn<S> {
    stream: S,
    cut: Cut,
}

/// What lies below a connection.
pub(crate) trait Below {
    fn tcp(&self) -> &TcpStream;
}

impl Below for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Below for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

impl<S: Below> Conn<S> {
    fn check(&self) -> io::Result<()> {
        if self.cut.0.load(Ordering::SeqCst) {
            // RST instead of FIN, and no TLS close_notify: what a dying middlebox does.
            let _ = SockRef::from(self.stream.tcp()).set_linger(Some(Duration::ZERO));
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

impl<S: AsyncRead + Below + Unpin> AsyncRead for Conn<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Below + Unpin> AsyncWrite for Conn<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
