//! One port of a VM: open (it answers), silent (a full accept queue) or refusing (bound, not listening).

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use socket2::{SockRef, Socket};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use super::{place, rdp, ssh};
use crate::estate::{Closed, Service, ServiceKind};
use crate::platform;

/// How long a filler may take before the queue counts as full. On loopback a connect that succeeds does so at once.
const FULL: Duration = Duration::from_millis(80);
/// Queue of an open door.
const BACKLOG: i32 = 64;

/// What answers at a door.
#[derive(Clone)]
pub(crate) enum Greeter {
    Ssh(Arc<ssh::Host>),
    Rdp(Arc<rdp::Host>),
    Mute,
}

/// Sessions in progress; they outlive the door that let them in, not the simulator.
pub(crate) type Sessions = Arc<Mutex<JoinSet<()>>>;

pub(crate) struct Door {
    at: SocketAddr,
    service: Service,
    greeter: Greeter,
    sessions: Sessions,
    state: State,
}

enum State {
    /// Accepting, until told to give the listener back.
    Open(oneshot::Sender<()>, JoinHandle<TcpListener>),
    Silent(
        TcpListener,
        #[allow(dead_code, reason = "held so that the queue stays full")] Vec<TcpStream>,
    ),
    Refusing(Option<Socket>),
}

impl Door {
    pub(crate) fn new(
        placed: place::Placed,
        service: Service,
        greeter: Greeter,
        sessions: Sessions,
    ) -> Self {
        Self {
            at: placed.at,
            service,
            greeter,
            sessions,
            state: State::Refusing(Some(placed.socket)),
        }
    }

    pub(crate) fn at(&self) -> SocketAddr {
        self.at
    }

    /// Opens or closes; does nothing when it already is so. `reachable` is false for a VM that does not run.
    pub(crate) async fn set(&mut self, open: bool, reachable: bool) -> std::io::Result<()> {
        let refuses = self.service.closed == Closed::Refusing || !platform::SILENCE;
        if open && self.service.kind != ServiceKind::Off {
            self.open()
        } else if (refuses && reachable) || (open && self.service.kind == ServiceKind::Off) {
            self.refuse().await
        } else if platform::SILENCE {
            self.silence().await
        } else {
            self.refuse().await
        }
    }

    fn open(&mut self) -> std::io::Result<()> {
        let listener = match std::mem::replace(&mut self.state, State::Refusing(None)) {
            same @ State::Open(..) => {
                self.state = same;
                return Ok(());
            }
            State::Silent(listener, fillers) => {
                drop(fillers);
                SockRef::from(&listener).listen(BACKLOG)?;
                listener
            }
            State::Refusing(socket) => listen(self.at, socket, BACKLOG)?,
        };
        let (stop, stopped) = oneshot::channel();
        let (greeter, sessions) = (self.greeter.clone(), Arc::clone(&self.sessions));
        self.state = State::Open(
            stop,
            tokio::spawn(accept(listener, greeter, sessions, stopped)),
        );
        Ok(())
    }

    async fn silence(&mut self) -> std::io::Result<()> {
        let listener = match std::mem::replace(&mut self.state, State::Refusing(None)) {
            same @ State::Silent(..) => {
                self.state = same;
                return Ok(());
            }
            State::Open(stop, task) => give_back(stop, task).await?,
            State::Refusing(socket) => listen(self.at, socket, 0)?,
        };
        SockRef::from(&listener).listen(0)?;
        // Whoever was let in by the kernel while the door closed finds nobody.
        while let Some(Ok((late, _))) = listener.accept().now_or_never() {
            drop(late);
        }
        let mut fillers = Vec::new();
        while let Ok(Ok(filler)) = tokio::time::timeout(FULL, TcpStream::connect(self.at)).await {
            fillers.push(filler);
        }
        self.state = State::Silent(listener, fillers);
        Ok(())
    }

    async fn refuse(&mut self) -> std::io::Result<()> {
        match std::mem::replace(&mut self.state, State::Refusing(None)) {
            same @ State::Refusing(Some(_)) => {
                self.state = same;
                return Ok(());
            }
            State::Open(stop, task) => drop(give_back(stop, task).await?),
            State::Silent(listener, fillers) => drop((listener, fillers)),
            State::Refusing(None) => {}
        }
        // Held though not listening: nobody else can take the port meanwhile. If that fails, opening binds again.
        self.state = State::Refusing(bound(self.at).ok());
        Ok(())
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        if let State::Open(_, task) = &self.state {
            task.abort();
        }
    }
}

async fn give_back(
    stop: oneshot::Sender<()>,
    task: JoinHandle<TcpListener>,
) -> std::io::Result<TcpListener> {
    let _ = stop.send(());
    task.await.map_err(std::io::Error::other)
}

async fn accept(
    listener: TcpListener,
    greeter: Greeter,
    sessions: Sessions,
    mut stopped: oneshot::Receiver<()>,
) -> TcpListener {
    loop {
        let stream = tokio::select! {
            biased;
            _ = &mut stopped => return listener,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(_) => {
                    tokio::task::yield_now().await;
                    continue;
                }
            },
        };
        let _ = stream.set_nodelay(true);
        let greeter = greeter.clone();
        let mut sessions = sessions.lock().unwrap_or_else(PoisonError::into_inner);
        while sessions.try_join_next().is_some() {}
        sessions.spawn(async move {
            match greeter {
                Greeter::Ssh(host) => ssh::serve(host, stream).await,
                Greeter::Rdp(host) => rdp::serve(host, stream).await,
                Greeter::Mute => mute(stream).await,
            }
        });
    }
}

/// Reads and never writes.
async fn mute(mut stream: TcpStream) {
    let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
}

fn bound(at: SocketAddr) -> std::io::Result<Socket> {
    let address = match at.ip() {
        std::net::IpAddr::V4(address) => address,
        std::net::IpAddr::V6(_) => Ipv4Addr::LOCALHOST,
    };
    place::bind(address, at.port())
        .map(|p| p.socket)
        .map_err(std::io::Error::other)
}

fn listen(at: SocketAddr, socket: Option<Socket>, backlog: i32) -> std::io::Result<TcpListener> {
    let socket = match socket {
        Some(socket) => socket,
        None => bound(at)?,
    };
    socket.listen(backlog)?;
    TcpListener::from_std(socket.into())
}
