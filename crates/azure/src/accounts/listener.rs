//! The loopback port that a sign-in page redirects to: one good answer, and nothing after it.
//!
//! It listens on both loopback families, because `localhost` may mean either
//! (<https://datatracker.ietf.org/doc/html/rfc8252#section-7.3>).

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{AbortHandle, JoinSet};

use super::redirect::{self, Brought};
use crate::http::wait;
use crate::secret::Secret;

mod page;

/// The most that is read of a request, in bytes. A code of Entra's has one to two thousand.
const LARGEST_REQUEST: usize = 16 * 1024;
/// How long a browser may take to send its request and to take the answer.
const REQUEST_LIMIT: Duration = Duration::from_secs(5);
/// How long nothing is taken after an error of the port's.
const AFTER_AN_ERROR: Duration = Duration::from_millis(200);
/// How many connections are held at once; the oldest goes when another one comes.
const MOST_CONNECTIONS: usize = 16;
/// How many ports are tried until one is free in both families.
const MOST_PORTS: usize = 20;
/// How many fields a request's head may have. Browsers send about twenty.
const MOST_FIELDS: usize = 64;

/// The port, until this is dropped.
pub(crate) struct Listener {
    port: u16,
    heard: Arc<Heard>,
    answer: oneshot::Receiver<Brought>,
    /// Ends with the listener, and with it the port.
    _task: JoinSet<()>,
}

/// What the connections share.
struct Heard {
    state: Secret,
    taken: AtomicBool,
    strays: AtomicU32,
    answer: Mutex<Option<oneshot::Sender<Brought>>>,
}

impl Listener {
    /// Listens for an answer that bears `state`.
    pub(crate) async fn open(state: Secret) -> io::Result<Self> {
        let (four, six) = both_families().await?;
        let port = four.local_addr()?.port();
        let (sender, answer) = oneshot::channel();
        let heard = Arc::new(Heard {
            state,
            taken: AtomicBool::new(false),
            strays: AtomicU32::new(0),
            answer: Mutex::new(Some(sender)),
        });
        let mut task = JoinSet::new();
        task.spawn(accept(four, six, heard.clone()));
        Ok(Self {
            port,
            heard,
            answer,
            _task: task,
        })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Waits for the one good answer. Later hits are turned away by the page alone.
    pub(crate) async fn answer(&mut self) -> Brought {
        (&mut self.answer).await.unwrap_or(Brought::Nothing)
    }

    /// How many answers came that were not to our page.
    pub(crate) fn strays(&self) -> u32 {
        self.heard.strays.load(Ordering::Relaxed)
    }
}

/// One free port in both families; in IPv4 alone where this machine has no IPv6.
async fn both_families() -> io::Result<(TcpListener, Option<TcpListener>)> {
    for _ in 0..MOST_PORTS {
        let four = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = four.local_addr()?.port();
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(six) => return Ok((four, Some(six))),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => {
                tracing::debug!(%error, "no loopback address in IPv6");
                return Ok((four, None));
            }
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}

async fn accept(four: TcpListener, six: Option<TcpListener>, heard: Arc<Heard>) {
    let mut open = JoinSet::new();
    let mut oldest: VecDeque<AbortHandle> = VecDeque::new();
    loop {
        let accepted = tokio::select! {
            it = four.accept() => it,
            it = other(six.as_ref()) => it,
        };
        let Ok((stream, _)) = accepted else {
            // A connection that was gone before it was taken is nobody's loss. Where this
            // process may open no more, asking at once again would only keep it busy.
            wait::real()(AFTER_AN_ERROR).await;
            continue;
        };
        while open.try_join_next().is_some() {}
        oldest.retain(|connection| !connection.is_finished());
        if oldest.len() >= MOST_CONNECTIONS
            && let Some(connection) = oldest.pop_front()
        {
            connection.abort();
        }
        oldest.push_back(open.spawn(serve(stream, heard.clone())));
    }
}

async fn other(six: Option<&TcpListener>) -> io::Result<(TcpStream, std::net::SocketAddr)> {
    match six {
        Some(six) => six.accept().await,
        None => std::future::pending().await,
    }
}

async fn serve(mut stream: TcpStream, heard: Arc<Heard>) {
    let talk = async {
        let told = match read(&mut stream).await {
            Ok(query) => heard.judge(query),
            Err(page) => page,
        };
        let _ = write(&mut stream, told).await;
    };
    // A slow client is left alone; the others are served meanwhile.
    let _ = tokio::time::timeout(REQUEST_LIMIT, talk).await;
}

impl Heard {
    /// Which page a query gets. The first good one is handed on, and no other ever is.
    ///
    /// A wrong state ends nothing: any web page can send a browser here, and none of them
    /// may be able to end a sign-in. It is turned away and counted; when nothing better
    /// comes until the time is over, the sign-in ends as mistrusted instead of timed out.
    fn judge(&self, query: Option<String>) -> page::Page {
        let Some(query) = query else {
            return page::NOT_FOUND;
        };
        if self.taken.load(Ordering::SeqCst) {
            return page::OVER;
        }
        match redirect::read(&query, &self.state) {
            Brought::Nothing => page::NOT_FOUND,
            Brought::Stray => {
                self.strays.fetch_add(1, Ordering::Relaxed);
                page::REFUSED
            }
            good => {
                if self.taken.swap(true, Ordering::SeqCst) {
                    return page::OVER;
                }
                let sender = self
                    .answer
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .take();
                if let Some(sender) = sender {
                    let _ = sender.send(good);
                }
                page::DONE
            }
        }
    }
}

/// The query of a request for `/`; `None` for any other path. What is no such request gets
/// its page at once.
async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Result<Option<String>, page::Page> {
    let mut bytes = Vec::with_capacity(2048);
    loop {
        let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
        let mut request = httparse::Request::new(&mut fields);
        match request.parse(&bytes) {
            Ok(httparse::Status::Complete(_)) => return wanted(&request),
            Ok(httparse::Status::Partial) if bytes.len() >= LARGEST_REQUEST => {
                return Err(page::TOO_LARGE);
            }
            Ok(httparse::Status::Partial) => {}
            Err(_) => return Err(page::REFUSED),
        }
        let mut part = [0; 2048];
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => return Err(page::REFUSED),
            Ok(read) => bytes.extend_from_slice(part.get(..read).unwrap_or_default()),
        }
    }
}

fn wanted(request: &httparse::Request<'_, '_>) -> Result<Option<String>, page::Page> {
    if request.method != Some("GET") {
        return Err(page::NOT_ALLOWED);
    }
    let target = request.path.unwrap_or_default();
    Ok(target
        .strip_prefix("/?")
        .map(|query| query.split('#').next().unwrap_or_default().to_owned()))
}

async fn write(stream: &mut (impl AsyncWrite + Unpin), page: page::Page) -> io::Result<()> {
    stream.write_all(page.to_http().as_bytes()).await?;
    stream.shutdown().await
}
